// Numbers about the running system, as Prometheus reads them. A room says what it has to tell as a MetricSource; whoever serves
// them knows no metric by name.

export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export type Metric =
  /** A counter only grows, and its name ends in `_total`. */
  | { readonly kind: 'counter' | 'gauge'; readonly name: string; readonly help: string; readonly samples: readonly MetricSample[] }
  | { readonly kind: 'histogram'; readonly name: string; readonly help: string; readonly histogram: Histogram };

/** Looks when it is asked; takes milliseconds at most. */
export type MetricSource = () => readonly Metric[] | Promise<readonly Metric[]>;

/** Counts observations below fixed boundaries. */
export class Histogram {
  readonly #boundaries: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** Boundaries grow. */
  constructor(boundaries: readonly number[]) {
    this.#boundaries = boundaries;
    this.#counts = [...boundaries, Infinity].map(() => 0);
  }

  observe(value: number): void {
    const index = this.#boundaries.findIndex((boundary) => value <= boundary);
    this.#counts[index < 0 ? this.#boundaries.length : index]!++;
    this.#sum += value;
  }

  /** How many were at most as large as each boundary; the last is Infinity. */
  cumulative(): readonly { readonly boundary: number; readonly count: number }[] {
    let count = 0;
    return [...this.#boundaries, Infinity].map((boundary, index) => ({ boundary, count: (count += this.#counts[index]!) }));
  }

  get sum(): number {
    return this.#sum;
  }
}

/** Text exposition format, version 0.0.4. */
export function renderMetrics(metrics: readonly Metric[]): string {
  return metrics.map((metric) => `# HELP ${metric.name} ${escaped(metric.help)}\n# TYPE ${metric.name} ${metric.kind}\n${samplesOf(metric)}`).join('');
}

function samplesOf(metric: Metric): string {
  const { name } = metric;
  if (metric.kind !== 'histogram') return metric.samples.map(({ labels = {}, value }) => line(name, labels, value)).join('');
  const buckets = metric.histogram.cumulative();
  const lines = buckets.map(({ boundary, count }) => line(`${name}_bucket`, { le: numberText(boundary) }, count));
  return [...lines, line(`${name}_sum`, {}, metric.histogram.sum), line(`${name}_count`, {}, buckets.at(-1)!.count)].join('');
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}\n`;
}

function numberText(value: number): string {
  return value === Infinity ? '+Inf' : String(value);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
