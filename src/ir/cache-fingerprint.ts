// The identity of a step's work. Two steps with the same fingerprint may share outputs. Text and hash are those of the
// official backend: its CacheKey message as Go marshals it.
import { sha256Hex, type Json } from '../base/mod.ts';
import { goJsonStringify } from '../expr/mod.ts';
import type { ArtifactTypeSchema, ContainerExecutor, ParameterType } from './types.ts';

export interface StepIdentity {
  /** componentRef.name of the task. */
  readonly componentName: string;
  /** cachingOptions.cacheKey; when set, it and the component name alone decide. */
  readonly cacheKey?: string;
  /** As written in the IR, before any substitution. */
  readonly container: ContainerExecutor;
  /** Resolved inputs; defaults of the component that the task left unset are not in it. */
  readonly parameterValues: Readonly<Record<string, Json>>;
  /** Lasting identities of the input artifacts, never their URIs. */
  readonly inputArtifactNames: Readonly<Record<string, readonly string[]>>;
  readonly outputParameters: Readonly<Record<string, ParameterType>>;
  readonly outputArtifacts: Readonly<Record<string, OutputArtifactIdentity>>;
  /** Claims that the step mounts, the workspace's included. */
  readonly pvcNames?: readonly string[];
}

export interface OutputArtifactIdentity {
  readonly name: string;
  readonly type: ArtifactTypeSchema;
  readonly metadata?: Json;
}

/** 64 hexadecimal digits. */
export function cacheFingerprint(identity: StepIdentity): string {
  const { cacheKey, componentName } = identity;
  if (cacheKey !== undefined && cacheKey !== '') return sha256Hex(`${componentName}\0${cacheKey}`);
  return sha256Hex(goJsonStringify(cacheKeyMessage(identity)));
}

/** protojson leaves out empty maps, lists and strings. */
function cacheKeyMessage(identity: StepIdentity): Json {
  const { container, inputArtifactNames, outputArtifacts, outputParameters, parameterValues } = identity;
  const cmdArgs = [...(container.command ?? []), ...(container.args ?? [])];
  const pvcNames = [...new Set(identity.pvcNames)].sort();
  return {
    ...filled('inputArtifactNames', mapValues(inputArtifactNames, (names) => filled('artifactNames', names))),
    ...filled('inputParameterValues', parameterValues),
    ...filled('outputArtifactsSpec', mapValues(outputArtifacts, outputArtifactMessage)),
    ...filled('outputParametersSpec', outputParameters),
    containerSpec: { ...filled('image', container.image), ...filled('cmdArgs', cmdArgs), ...filled('pvcNames', pvcNames) },
  };
}

function outputArtifactMessage({ name, type, metadata }: OutputArtifactIdentity): Json {
  const { schemaTitle = '', schemaUri = '', instanceSchema = '', schemaVersion = '' } = type;
  return {
    ...filled('name', name),
    type: {
      ...filled('schemaTitle', schemaTitle),
      ...filled('schemaUri', schemaUri),
      ...filled('instanceSchema', instanceSchema),
      ...filled('schemaVersion', schemaVersion),
    },
    ...(metadata !== undefined && { metadata }),
  };
}

function filled(member: string, value: Json): Record<string, Json> {
  const isEmpty = typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : value === '';
  return isEmpty ? {} : { [member]: value };
}

function mapValues<T>(record: Readonly<Record<string, T>>, act: (value: T) => Json): Record<string, Json> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, act(value)]));
}
