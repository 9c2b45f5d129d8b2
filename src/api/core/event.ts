// v1 Event.
import { isJsonObject, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { ageOf } from '../age.ts';
import { immutable, invalid, required } from '../causes.ts';
import { NAME_COLUMN, textAt, textColumn, wideColumn } from '../columns.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { ALL_VERBS } from '../verbs.ts';

/** Where events of objects without a namespace go. */
const CLUSTER_EVENT_NAMESPACES = ['default', 'kube-system'];
const INVOLVED_OBJECT_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export const eventKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'events',
  kind: 'Event',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: { $ref: 'io.k8s.api.core.v1.Event' },
  hasGeneration: false,
  validate,
  columns: [
    textColumn('Last Seen', 'Time since it happened last.', lastSeen),
    textColumn('Type', 'Normal or Warning.', (event) => textAt(event, '', 'type')),
    textColumn('Reason', 'A word for what happened.', (event) => textAt(event, '', 'reason')),
    textColumn('Object', 'The object that it happened to.', involvedObject),
    wideColumn('Subobject', 'The part of the object that it happened to.', (event) => textAt(event, '', 'involvedObject', 'fieldPath')),
    wideColumn('Source', 'Who reported it, and from where.', source),
    textColumn('Message', 'A sentence on what happened.', (event) => textAt(event, '', 'message').trim()),
    wideColumn('First Seen', 'Time since it happened first.', firstSeen),
    wideColumn('Count', 'How often it happened.', count),
    { ...NAME_COLUMN, priority: 1 },
  ],
  fieldSelectors: {
    ...Object.fromEntries(
      INVOLVED_OBJECT_FIELDS.map((field) => [`involvedObject.${field}`, (event: KubeObject) => textAt(event, '', 'involvedObject', field)]),
    ),
    reason: (event) => textAt(event, '', 'reason'),
    reportingComponent: (event) => textAt(event, '', 'reportingComponent'),
    source: (event) => textAt(event, textAt(event, '', 'reportingComponent'), 'source', 'component'),
    type: (event) => textAt(event, '', 'type'),
  },
};

function validate(event: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const involved = event['involvedObject'];
  if (!isJsonObject(involved)) return [required('involvedObject')];
  const namespace = textAt(event, '', 'involvedObject', 'namespace');
  const expected = event.metadata.namespace ?? '';
  if (namespace === '' ? !CLUSTER_EVENT_NAMESPACES.includes(expected) : namespace !== expected) {
    causes.push(invalid('involvedObject.namespace', namespace, 'does not match event.namespace'));
  }
  if (old !== undefined && textAt(event, '', 'eventTime') !== textAt(old, '', 'eventTime')) causes.push(immutable('eventTime', event['eventTime'] ?? ''));
  return causes;
}

function lastSeen(event: KubeObject, nowMs: number): string {
  const inSeries = fieldOf(event, 'series', 'lastObservedTime');
  if (inSeries !== undefined) return ageOf(inSeries, nowMs);
  const last = fieldOf(event, 'lastTimestamp');
  return typeof last === 'string' ? ageOf(last, nowMs) : firstSeen(event, nowMs);
}

function firstSeen(event: KubeObject, nowMs: number): string {
  return ageOf(fieldOf(event, 'firstTimestamp') ?? fieldOf(event, 'eventTime'), nowMs);
}

function involvedObject(event: KubeObject): string {
  const kind = textAt(event, '', 'involvedObject', 'kind').toLowerCase();
  const name = textAt(event, '', 'involvedObject', 'name');
  return name === '' ? kind : `${kind}/${name}`;
}

function source(event: KubeObject): string {
  const component = textAt(event, textAt(event, '', 'reportingComponent'), 'source', 'component');
  const instance = textAt(event, textAt(event, '', 'reportingInstance'), 'source', 'host');
  return instance === '' ? component : `${component}, ${instance}`;
}

function count(event: KubeObject): Json {
  return fieldOf(event, 'series', 'count') ?? (fieldOf(event, 'count') || 1);
}
