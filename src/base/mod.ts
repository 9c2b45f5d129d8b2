// base: words that every room shares. Ids, time, logging, JSON, outcomes, and the ports by which rooms meet without
// importing each other (ObjectApi, Kubelet). No I/O except the system clock and randomness; knows no kind and no room.
export { AssertionFailure, assert, unreachable } from './assert.ts';
export { systemClock, toRfc3339, toRfc3339Micro, type Clock } from './clock.ts';
export type { ConfigField } from './config.ts';
export { armCrashPoints, CRASH_POINTS, crashPoint, UPKEEP_CRASH_POINTS, type CrashPointName } from './crash-point.ts';
export { findDuplicateFields } from './duplicate-fields.ts';
export { Failure, describeError } from './failure.ts';
export { formatSize } from './format-size.ts';
export { randomSuffix, sha256Hex, stableSuffix, systemRng, type Rng } from './ids.ts';
export { deepFreeze, freezeInTests, IS_TEST, isJsonObject, jsonEquals, objectOf, objectsOf, plainCopy, plainJson, textsOf, type Json, type JsonObject } from './json.ts';
export {
  failureStatus,
  type KubeObject,
  type ObjectMeta,
  type OwnerReference,
  type Status,
  type StatusCause,
  type StatusReason,
} from './kube.ts';
export type { AttachOptions, ContainerLogOptions, ContainerSession, ExecEnd, ExecOptions, Kubelet } from './kubelet.ts';
export { silentLog, type Log, type LogFields, type LogLevel } from './log.ts';
export { Histogram, renderMetrics, type Metric, type MetricSample, type MetricSource } from './metrics.ts';
export type {
  DeleteOptions,
  ListOptions,
  ObjectApi,
  ObjectList,
  ObjectRef,
  PatchKind,
  ResourceType,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './object-api.ts';
export { oncePer } from './once-per.ts';
export { success, type Outcome } from './outcome.ts';
export { StreamQueue } from './queue.ts';
export { atOnce, inTurns, oneStep, type Steps } from './steps.ts';
export { until } from './until.ts';
export type { NodeReport, NodeReports } from './node-reports.ts';
export type { ContainerUsage, Usage, UsageMeter, UsageReport } from './usage.ts';
export { parseYamlDocuments, type YamlDocuments, type YamlOptions } from './yaml-documents.ts';
