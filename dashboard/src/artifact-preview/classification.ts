// What metadata of metrics holds, read without trusting its shape: users write it. Pure.

export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  readonly threshold: number | undefined;
}

export interface ConfusionMatrixData {
  readonly labels: readonly string[];
  /** A row per actual class, a column per predicted one. */
  readonly rows: readonly (readonly number[])[];
}

export interface ClassificationMetrics {
  /** In the order in which the curve is drawn; undefined when there is none. */
  readonly roc: readonly RocPoint[] | undefined;
  readonly confusion: ConfusionMatrixData | undefined;
}

type Metadata = Readonly<Record<string, unknown>>;

/** Scalars by name, in the order of the metadata. */
export function scalarsOf(metadata: Metadata): readonly (readonly [string, number | string | boolean])[] {
  return Object.entries(metadata).flatMap(([name, value]) => {
    const isScalar = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
    return isScalar && name !== 'display_name' && name !== 'store_session_info' ? [[name, value] as const] : [];
  });
}

export function classificationOf(metadata: Metadata): ClassificationMetrics {
  return { roc: rocOf(metadata['confidenceMetrics']), confusion: confusionOf(metadata['confusionMatrix']) };
}

/** Slices by name; empty for other metadata. */
export function slicesOf(metadata: Metadata): readonly { readonly name: string; readonly metrics: ClassificationMetrics }[] {
  return listOf(metadata['evaluationSlices']).map((slice, index) => {
    const { slice: name, sliceClassificationMetrics } = asObject(slice);
    return { name: typeof name === 'string' && name !== '' ? name : `slice ${index + 1}`, metrics: classificationOf(asObject(sliceClassificationMetrics)) };
  });
}

function rocOf(value: unknown): readonly RocPoint[] | undefined {
  const points = listOf(value).flatMap((item) => {
    const { falsePositiveRate: fpr, recall, confidenceThreshold: threshold } = asObject(item);
    const isPoint = isFraction(fpr) && isFraction(recall);
    return isPoint ? [{ falsePositiveRate: fpr, truePositiveRate: recall, threshold: typeof threshold === 'number' ? threshold : undefined }] : [];
  });
  if (points.length === 0) return undefined;
  return points.toSorted((a, b) => a.falsePositiveRate - b.falsePositiveRate || a.truePositiveRate - b.truePositiveRate);
}

function confusionOf(value: unknown): ConfusionMatrixData | undefined {
  const { annotationSpecs, rows } = asObject(value);
  const counts = listOf(rows).map((row) => (Array.isArray(row) ? row : listOf(asObject(row)['row'])).map(Number));
  if (counts.length === 0) return undefined;
  const names = listOf(annotationSpecs).map((spec) => String(asObject(spec)['displayName'] ?? ''));
  return { labels: counts.map((_, index) => names[index] ?? `class ${index + 1}`), rows: counts };
}

/** Area under the curve by the trapezoid rule, with the corners (0, 0) and (1, 1). */
export function areaUnder(points: readonly RocPoint[]): number {
  const all = [{ falsePositiveRate: 0, truePositiveRate: 0 }, ...points, { falsePositiveRate: 1, truePositiveRate: 1 }];
  return all.slice(1).reduce((area, point, index) => {
    const before = all[index]!;
    return area + ((point.falsePositiveRate - before.falsePositiveRate) * (point.truePositiveRate + before.truePositiveRate)) / 2;
  }, 0);
}

function isFraction(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Protocol buffers write a list as an object that holds one. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const { list } = asObject(value);
  return Array.isArray(list) ? list : [];
}
