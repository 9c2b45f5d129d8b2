// metrics.k8s.io: what Pods and the machine use, measured when it is asked for and never stored. Pure.
import { toRfc3339, type JsonObject, type KubeObject, type ResourceType, type Usage, type UsageReport } from '../../base/mod.ts';
import { apiVersionOf, fieldOf, itemsAt, NAME_COLUMN, textAt, textColumn, type TableColumn } from '../../api/mod.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../expr/mod.ts';
import type { ResourceDescription } from '../reviews/review.ts';

export interface UsageResource extends ResourceDescription {
  readonly columns: readonly TableColumn[];
  /** The kind whose objects it measures; they are chosen by their names and labels. */
  readonly about: ResourceType;
  /** Undefined for an object that nothing was measured of. */
  readonly measured: (report: UsageReport) => (object: KubeObject) => KubeObject | undefined;
}

const GROUP = { group: 'metrics.k8s.io', version: 'v1beta1' } as const;
const NANOS_PER_UNIT = 10n ** 9n;
const BYTES_PER_KI = 1024n;

export const usageResources: readonly UsageResource[] = [
  usageResource({
    resource: 'nodes',
    kind: 'NodeMetrics',
    isNamespaced: false,
    usagesIn: (object) => [fieldOf(object, 'usage')],
    contentOf: ({ node }) => (object) => (object.metadata.name === node.name ? { usage: usageJson(node) } : undefined),
  }),
  usageResource({
    resource: 'pods',
    kind: 'PodMetrics',
    isNamespaced: true,
    usagesIn: (object) => itemsAt(object, 'containers').map((container) => fieldOf(container, 'usage')),
    contentOf({ containers }) {
      const byPod = Map.groupBy(containers, ({ podUid }) => podUid);
      return ({ metadata: { uid = '' } }) => {
        const own = byPod.get(uid);
        return own && { containers: own.map((usage) => ({ name: usage.container, usage: usageJson(usage) })) };
      };
    },
  }),
];

/** What the two kinds have of their own. */
interface UsageContent {
  readonly usage?: JsonObject;
  readonly containers?: readonly JsonObject[];
}

interface UsageKind {
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  /** Those that its table adds up. */
  readonly usagesIn: (object: KubeObject) => readonly unknown[];
  readonly contentOf: (report: UsageReport) => (object: KubeObject) => UsageContent | undefined;
}

function usageResource({ resource, kind, isNamespaced, usagesIn, contentOf }: UsageKind): UsageResource {
  const sumColumn = (title: string, name: string, description: string) => textColumn(title, description, (object) => sumOf(usagesIn(object).map((usage) => textAt(usage, '0', name))));
  return {
    ...GROUP,
    resource,
    kind,
    // As upstream: `kubectl get pod` must not be in doubt which kind is meant.
    singular: '',
    shortNames: [],
    categories: [],
    isNamespaced,
    verbs: ['get', 'list'],
    subresources: [],
    about: { group: '', version: 'v1', resource },
    columns: [
      NAME_COLUMN,
      sumColumn('CPU', 'cpu', 'Processors, the mean of the window.'),
      sumColumn('Memory', 'memory', 'Memory at the end of the window.'),
      textColumn('Window', 'The time that was measured.', (object) => textAt(object, '', 'window')),
    ],
    measured(report) {
      const contentFor = contentOf(report);
      return (object) => {
        const content = contentFor(object);
        return content && { kind, apiVersion: apiVersionOf(GROUP), ...frameOf(object, report), ...content };
      };
    },
  };
}

function frameOf({ metadata: { name, namespace, labels } }: KubeObject, { measuredAtMs, windowMs }: UsageReport) {
  const timestamp = toRfc3339(measuredAtMs);
  return {
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }), creationTimestamp: timestamp },
    timestamp,
    window: `${(windowMs / 1000).toFixed(3)}s`,
  };
}

function usageJson({ cpuNanocores, memoryBytes }: Usage): JsonObject {
  const kibibytes = (BigInt(Math.round(memoryBytes)) + BYTES_PER_KI - 1n) / BYTES_PER_KI;
  return {
    cpu: formatQuantity({ nanos: BigInt(Math.round(cpuNanocores)), format: 'DecimalSI' }),
    memory: formatQuantity({ nanos: kibibytes * BYTES_PER_KI * NANOS_PER_UNIT, format: 'BinarySI' }),
  };
}

function sumOf(texts: readonly string[]): string {
  const zero: Quantity = { nanos: 0n, format: 'DecimalSI' };
  const sum = texts.reduce((total, text) => {
    const parsed = parseQuantity(text);
    if (!parsed.ok) return total;
    return { nanos: total.nanos + parsed.value.nanos, format: total.nanos === 0n ? parsed.value.format : total.format };
  }, zero);
  return formatQuantity(sum);
}
