// v1 Event.
import { isJsonObject, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { ageOf } from '../age.ts';
import { immutable, invalid, required } from '../causes.ts';
import { NAME_COLUMN, textAt, textColumn, wideColumn } from '../columns.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';
import { ALL_VERBS } from '../verbs.ts';

/** Bytes of the texts of an event with eventTime. */
const LENGTHS_MAX: Readonly<Record<string, number>> = { reportingInstance: 128, action: 128, reason: 128, message: 1024 };
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
  const involved = event['involvedObject'];
  if (!isJsonObject(involved)) return [required('involvedObject')];
  const isNew = fieldOf(event, 'eventTime') !== undefined;
  const changed = old !== undefined && textAt(event, '', 'eventTime') !== textAt(old, '', 'eventTime');
  return [
    ...namespaceCauses(event, isNew),
    ...(isNew ? newEventCauses(event) : []),
    ...(changed ? [immutable('eventTime', event['eventTime'] ?? '')] : []),
  ];
}

/** An event stands in the namespace of its object; one of an object without a namespace in `default`. */
function namespaceCauses(event: KubeObject, isNew: boolean): readonly StatusCause[] {
  const involved = textAt(event, '', 'involvedObject', 'namespace');
  const own = event.metadata.namespace ?? '';
  const isPlaced = involved === '' ? own === 'default' || (isNew && own === 'kube-system') : isNew || involved === own;
  return isPlaced ? [] : [invalid('involvedObject.namespace', involved, 'does not match event.namespace')];
}

/** What an event needs that says when it happened to the microsecond. */
function newEventCauses(event: KubeObject): readonly StatusCause[] {
  const reporter = textAt(event, '', 'reportingComponent');
  return [
    ...(reporter === '' ? [required('reportingComponent')] : []),
    ...(isQualifiedName(reporter) ? [] : [invalid('reportingComponent', reporter, QUALIFIED_NAME_SENTENCE)]),
    ...Object.entries(LENGTHS_MAX).flatMap(([member, lengthMax]) => {
      const text = textAt(event, '', member);
      if (text === '' && member !== 'message') return [required(member)];
      return Buffer.byteLength(text) > lengthMax ? [invalid(member, '', `can have at most ${lengthMax} characters`)] : [];
    }),
  ];
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
