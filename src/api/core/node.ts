// v1 Node.
import { isJsonObject, type Json, type KubeObject } from '../../base/mod.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
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
  subresources: [STATUS_SUBRESOURCE],
  schema: { $ref: 'io.k8s.api.core.v1.Node' },
  hasGeneration: false,
  setDefaults,
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
