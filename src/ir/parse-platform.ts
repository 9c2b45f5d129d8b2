// The platform document for Kubernetes (kubernetes_executor_config.proto): checked member by member, with the proto's own
// field names in camelCase. What the proto does not know is kept as it is.
import { isJsonObject, type Json, type JsonObject } from '../base/mod.ts';
import { COMPONENTS_MAX } from './limits.ts';
import { parseInputParameter } from './parse-dag.ts';
import { booleanAt, complain, emptyRecord, jsonAt, numberAt, recordAt, sectionAt, sectionsAt, textAt, textsAt, wordFor, type Section } from './section.ts';

type Shape =
  | 'text'
  | 'flag'
  | 'integer'
  | 'texts'
  | 'textMap'
  /** Where a value comes from: an InputParameterSpec. */
  | 'parameter'
  | 'any'
  | { readonly list: Members }
  | { readonly object: Members };

type Members = Readonly<Record<string, Shape>>;

const PRODUCER: Shape = { object: { producerTask: 'text', outputParameterKey: 'text' } };
const METADATA: Shape = { object: { labels: 'textMap', annotations: 'textMap' } };
const REQUIREMENTS: Shape = { list: { key: 'text', operator: 'text', values: 'texts' } };

const EXECUTOR: Members = {
  secretAsVolume: { list: { secretName: 'text', secretNameParameter: 'parameter', mountPath: 'text', optional: 'flag' } },
  secretAsEnv: {
    list: { secretName: 'text', secretNameParameter: 'parameter', keyToEnv: { list: { secretKey: 'text', envVar: 'text' } }, optional: 'flag' },
  },
  configMapAsVolume: { list: { configMapName: 'text', configMapNameParameter: 'parameter', mountPath: 'text', optional: 'flag' } },
  configMapAsEnv: {
    list: { configMapName: 'text', configMapNameParameter: 'parameter', keyToEnv: { list: { configMapKey: 'text', envVar: 'text' } }, optional: 'flag' },
  },
  pvcMount: {
    list: {
      pvcNameParameter: 'parameter',
      taskOutputParameter: PRODUCER,
      constant: 'text',
      componentInputParameter: 'text',
      mountPath: 'text',
      subPath: 'text',
    },
  },
  nodeSelector: { object: { labels: 'textMap', nodeSelectorJson: 'parameter' } },
  podMetadata: METADATA,
  imagePullSecret: { list: { secretName: 'text', secretNameParameter: 'parameter' } },
  imagePullPolicy: 'text',
  activeDeadlineSeconds: 'integer',
  fieldPathAsEnv: { list: { name: 'text', fieldPath: 'text' } },
  tolerations: {
    list: { key: 'text', operator: 'text', value: 'text', effect: 'text', tolerationSeconds: 'integer', tolerationJson: 'parameter' },
  },
  genericEphemeralVolume: {
    list: {
      volumeName: 'text',
      mountPath: 'text',
      accessModes: 'texts',
      size: 'text',
      defaultStorageClass: 'flag',
      storageClassName: 'text',
      metadata: METADATA,
    },
  },
  nodeAffinity: { list: { matchExpressions: REQUIREMENTS, matchFields: REQUIREMENTS, weight: 'integer', nodeAffinityJson: 'parameter' } },
  enabledSharedMemory: { object: { volumeName: 'text', size: 'text' } },
  emptyDirMounts: { list: { volumeName: 'text', mountPath: 'text', medium: 'text', sizeLimit: 'text' } },
  podResourceClaims: { list: { resourceClaimTemplateName: 'text', resourceClaimJson: 'parameter' } },
  securityContext: { object: { runAsUser: 'integer', runAsGroup: 'integer', runAsNonRoot: 'flag' } },
  initContainers: {
    list: {
      name: 'text',
      image: 'text',
      command: 'texts',
      args: 'texts',
      env: { list: { name: 'text', value: 'text' } },
      volumeMounts: { list: { volumeName: 'text', mountPath: 'text' } },
      restartPolicy: 'text',
      resources: { object: { requests: 'textMap', limits: 'textMap' } },
    },
  },
};

const PIPELINE: Members = {
  workspace: { object: { size: 'text', kubernetes: { object: { pvcSpecPatch: 'any' } } } },
  resourceTtlOnCompletion: 'integer',
  resourceTtlOnSuccess: 'integer',
  resourceTtlOnFailure: 'integer',
  activeDeadlineSeconds: 'integer',
};

/** platforms.kubernetes; {} when the document has none. */
export function parsePlatform(platform: Section | undefined): JsonObject {
  const platforms = platform && sectionAt(platform, 'platforms');
  const kubernetes = platforms && sectionAt(platforms, 'kubernetes');
  if (kubernetes === undefined) return {};
  const deployment = sectionAt(kubernetes, 'deploymentSpec');
  const config = sectionAt(kubernetes, 'pipelineConfig');
  return {
    ...kubernetes.members,
    ...(deployment && { deploymentSpec: { executors: { ...recordAt(deployment, 'executors', COMPONENTS_MAX, (entry) => read(entry, EXECUTOR)) } } }),
    ...(config && { pipelineConfig: read(config, PIPELINE) }),
  };
}

function read(section: Section, members: Members): JsonObject {
  const known = Object.keys(members);
  const names = new Set(known.flatMap((name) => [name, snakeCase(name)]));
  const others = Object.entries(section.members).filter(([name]) => !names.has(name));
  const values = known.flatMap((name) => {
    const value = jsonAt(section, name) === undefined ? undefined : readMember(section, name, members[name]!);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...others, ...values]);
}

function readMember(section: Section, name: string, shape: Shape): Json | undefined {
  if (typeof shape === 'object') {
    if ('list' in shape) return sectionsAt(section, name).map((entry) => read(entry, shape.list));
    const inner = sectionAt(section, name);
    return inner && read(inner, shape.object);
  }
  switch (shape) {
    case 'text':
      return textAt(section, name);
    case 'flag':
      return booleanAt(section, name);
    case 'integer':
      return integerAt(section, name);
    case 'texts':
      return textsAt(section, name);
    case 'textMap':
      return textMapAt(section, name);
    case 'parameter':
      return parameterAt(section, name);
    case 'any':
      return jsonAt(section, name);
  }
}

function integerAt(section: Section, name: string): number | undefined {
  const value = numberAt(section, name);
  if (value === undefined || Number.isInteger(value)) return value;
  complain(section, name, `must be a whole number, not ${value}.`);
  return undefined;
}

function textMapAt(section: Section, name: string): JsonObject | undefined {
  const map = sectionAt(section, name);
  if (map === undefined) return undefined;
  const texts = emptyRecord<string>();
  for (const [key, value] of Object.entries(map.members)) {
    if (typeof value === 'string') texts[key] = value;
    else complain(map, key, `must be a string, not ${wordFor(value)}.`);
  }
  return { ...texts };
}

function parameterAt(section: Section, name: string): JsonObject | undefined {
  const inner = sectionAt(section, name);
  if (inner === undefined) return undefined;
  const parameter: unknown = parseInputParameter(inner);
  return isJsonObject(parameter) ? parameter : undefined;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
