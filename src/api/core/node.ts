// v1 Node.
import { isJsonObject, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isLabelValue, isQualifiedName } from '../../expr/mod.ts';
import { duplicate, invalid, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';
import { supportedCauses, TAINT_EFFECTS } from './member-causes.ts';
import { ALL_VERBS, STATUS_SUBRESOURCE } from '../verbs.ts';

const ROLE_LABEL_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

export const nodeKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'nodes',
  kind: 'Node',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  isNamespaced: false,
  verbs: ALL_VERBS,
  subresources: [STATUS_SUBRESOURCE, { name: 'proxy', verbs: ['create', 'delete', 'get', 'patch', 'update'], responseKind: { group: '', version: 'v1', kind: 'NodeProxyOptions' } }],
  schema: { $ref: 'io.k8s.api.core.v1.Node' },
  hasGeneration: false,
  setDefaults,
  validate,
  // The agent registers a node together with its status.
  prepareForCreate: (node) => node,
  columns: [
    NAME_COLUMN,
    textColumn('Status', 'Whether the node takes Pods.', status),
    textColumn('Roles', 'Roles by label.', roles),
    AGE_COLUMN,
    textColumn('Version', 'Version of the agent.', (node) => textAt(node, '', 'status', 'nodeInfo', 'kubeletVersion')),
    wideColumn('Internal-IP', 'Address inside the cluster.', (node) => address(node, 'InternalIP')),
    wideColumn('External-IP', 'Address outside the cluster.', (node) => address(node, 'ExternalIP')),
    wideColumn('OS-Image', 'Operating system.', (node) => textAt(node, '<unknown>', 'status', 'nodeInfo', 'osImage')),
    wideColumn('Kernel-Version', 'Kernel and architecture.', kernel),
    wideColumn('Container-Runtime', 'What runs the containers.', (node) => textAt(node, '<unknown>', 'status', 'nodeInfo', 'containerRuntimeVersion')),
  ],
  fieldSelectors: { 'spec.unschedulable': (node) => String(fieldOf(node, 'spec', 'unschedulable') === true) },
};

/** What a node has it offers, unless it says otherwise. */
function setDefaults(node: KubeObject): KubeObject {
  const capacity = fieldOf(node, 'status', 'capacity');
  if (!isJsonObject(capacity) || fieldOf(node, 'status', 'allocatable') !== undefined) return node;
  return { ...node, status: { ...node.status, allocatable: capacity } };
}

function validate(node: KubeObject): readonly StatusCause[] {
  const taken = new Set<string>();
  return itemsAt(node, 'spec', 'taints').flatMap((taint, index) => {
    const path = `spec.taints[${index}]`;
    const [key, value, effect] = ['key', 'value', 'effect'].map((member) => textAt(taint, '', member)) as [string, string, string];
    const isTaken = taken.has(`${key}:${effect}`);
    taken.add(`${key}:${effect}`);
    return [
      ...(isQualifiedName(key) ? [] : [invalid(`${path}.key`, key, QUALIFIED_NAME_SENTENCE)]),
      ...(isLabelValue(value) ? [] : [invalid(`${path}.value`, value, 'must be a valid label value')]),
      ...(effect === '' ? [required(`${path}.effect`)] : supportedCauses(taint, path, 'effect', TAINT_EFFECTS)),
      ...(isTaken ? [duplicate(path, taint)] : []),
    ];
  });
}

function status(node: KubeObject): string {
  const ready = itemsAt(node, 'status', 'conditions').find((condition) => textAt(condition, '', 'type') === 'Ready');
  const word = ready === undefined ? 'Unknown' : textAt(ready, '', 'status') === 'True' ? 'Ready' : 'NotReady';
  return fieldOf(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
}

function roles(node: KubeObject): string {
  const names = Object.entries(node.metadata.labels ?? {}).map(([key, value]) =>
    key.startsWith(ROLE_LABEL_PREFIX) ? key.slice(ROLE_LABEL_PREFIX.length) : key === ROLE_LABEL ? value : '',
  );
  return [...new Set(names)].filter((name) => name !== '').sort().join(',') || '<none>';
}

function address(node: KubeObject, type: string): Json {
  const found = itemsAt(node, 'status', 'addresses').find((candidate) => textAt(candidate, '', 'type') === type);
  return textAt(found, '<none>', 'address');
}

function kernel(node: KubeObject): string {
  const version = textAt(node, '<unknown>', 'status', 'nodeInfo', 'kernelVersion');
  const architecture = textAt(node, '', 'status', 'nodeInfo', 'architecture');
  return architecture === '' ? version : `${version} (${architecture})`;
}
