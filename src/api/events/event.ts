// events.k8s.io/v1 Event: the newer face of v1 Event, kept as one. What is created through it keeps its stricter rules.
import { isJsonObject, jsonEquals, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { immutable, invalid, required } from '../causes.ts';
import { numberAt, textAt } from '../columns.ts';
import { eventKind } from '../core/event.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';

/** Members that have another name in v1 Event. */
const STORED_NAMES: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};
const SHOWN_NAMES = Object.fromEntries(Object.entries(STORED_NAMES).map(([shown, stored]) => [stored, shown]));
const TYPES = ['Normal', 'Warning'];
const SERIES_COUNT_MIN = 2;
const UNSET = ['deprecatedSource', 'deprecatedFirstTimestamp', 'deprecatedLastTimestamp', 'deprecatedCount'];
const LASTING = ['regarding', 'related', 'reason', 'note', 'type', 'action', 'reportingController', 'reportingInstance', ...UNSET];
const REGARDING_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export const newEventKind: KindDefinition = builtinKind('events.k8s.io/v1/events', {
  storedAs: {
    kind: eventKind,
    fromStored: (event) => renamed(event, SHOWN_NAMES, 'events.k8s.io/v1'),
    toStored,
  },
  validate,
  columns: eventKind.columns.map((column) => ({ ...column, cell: (event, nowMs) => column.cell(toStored(event), nowMs) })),
  fieldSelectors: {
    ...Object.fromEntries(REGARDING_FIELDS.map((field) => [`regarding.${field}`, (event: KubeObject) => textAt(event, '', 'regarding', field)])),
    reason: (event) => textAt(event, '', 'reason'),
    reportingController: (event) => textAt(event, '', 'reportingController'),
    type: (event) => textAt(event, '', 'type'),
  },
});

function toStored(event: KubeObject): KubeObject {
  const stored = renamed(event, STORED_NAMES, 'v1');
  return { ...stored, involvedObject: stored['involvedObject'] ?? {} };
}

function renamed(event: KubeObject, names: Readonly<Record<string, string>>, apiVersion: string): KubeObject {
  const members = Object.entries(event).map(([name, value]) => [names[name] ?? name, value]);
  return { ...(Object.fromEntries(members) as KubeObject), apiVersion };
}

function validate(event: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  if (old !== undefined) {
    const changed = LASTING.filter((member) => !jsonEquals(event[member], old[member])).map((member) => immutable(member, event[member] ?? null));
    return [...changed, ...(jsonEquals(event['series'], old['series']) ? [] : seriesCauses(event))];
  }
  const type = textAt(event, '', 'type');
  return [
    ...seriesCauses(event),
    ...(fieldOf(event, 'eventTime') === undefined ? [required('eventTime')] : []),
    ...(TYPES.includes(type) ? [] : [invalid('type', '', `has invalid value: ${type}`)]),
    ...UNSET.filter((member) => isSet(event[member] as JsonObject | undefined)).map((member) => invalid(STORED_NAMES[member]!, '', 'needs to be unset')),
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== 0 && !(isJsonObject(value) && Object.keys(value).length === 0);
}

function seriesCauses(event: KubeObject): readonly StatusCause[] {
  if (event['series'] === undefined) return [];
  return [
    ...(numberAt(event, 'series', 'count') < SERIES_COUNT_MIN ? [invalid('series.count', '', `should be at least ${SERIES_COUNT_MIN}`)] : []),
    ...(fieldOf(event, 'series', 'lastObservedTime') === undefined ? [required('series.lastObservedTime')] : []),
  ];
}
