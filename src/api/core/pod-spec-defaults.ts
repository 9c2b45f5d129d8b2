// Defaults of a PodSpec wherever it stands (Pod, Job template, …), after pkg/apis/core/v1/defaults.go of Kubernetes.
// What only a Pod gets is in pod-defaults.ts.
import { isJsonObject, type JsonObject } from '../../base/mod.ts';
import { formatQuantity, parseQuantity, roundUpToMilli } from '../../expr/mod.ts';
import { fill, fillMissing, mapLists, mapMembers } from '../defaulting.ts';

const GRACE_PERIOD_SECONDS = 30;
/** 0644 */
const FILE_MODE = 420;
const TOKEN_EXPIRATION_SECONDS = 3600;

export function defaultPodSpec(spec: JsonObject): JsonObject {
  const filled = fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    ...(spec['terminationGracePeriodSeconds'] === undefined ? { terminationGracePeriodSeconds: GRACE_PERIOD_SECONDS } : {}),
  });
  const listed = mapLists(filled, {
    containers: defaultContainer,
    initContainers: defaultContainer,
    ephemeralContainers: defaultContainer,
    volumes: defaultVolume,
  });
  return mapMembers(listed, { resources: roundRequirements, overhead: roundResources });
}

/** `resources` is no pointer in Go: clients read it without looking whether it is there. */
function defaultContainer(container: JsonObject): JsonObject {
  const filled = fill(fillMissing(container, { resources: {} }), {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicyOf(container['image']),
  });
  const listed = mapLists(filled, {
    ports: (port) => fill(port, { protocol: 'TCP' }),
    env: (variable) => mapMembers(variable, { valueFrom: defaultFieldSource }),
  });
  return mapMembers(listed, {
    livenessProbe: defaultProbe,
    readinessProbe: defaultProbe,
    startupProbe: defaultProbe,
    lifecycle: (lifecycle) => mapMembers(lifecycle, { postStart: defaultHandler, preStop: defaultHandler }),
    resources: roundRequirements,
  });
}

/** `Always` for `:latest` and for images without tag and digest. */
export function pullPolicyOf(image: unknown): 'Always' | 'IfNotPresent' {
  if (typeof image !== 'string' || !/^\w/.test(image)) return 'IfNotPresent';
  const [name = '', digest] = image.split('@');
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1];
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: JsonObject): JsonObject {
  const filled = fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  return mapMembers(defaultHandler(filled), { grpc: (grpc) => ({ service: '', ...grpc }) });
}

function defaultHandler(handler: JsonObject): JsonObject {
  return mapMembers(handler, { httpGet: (httpGet) => fill(httpGet, { path: '/', scheme: 'HTTP' }) });
}

function defaultFieldSource(source: JsonObject): JsonObject {
  return mapMembers(source, {
    fieldRef: (reference) => fill(reference, { apiVersion: 'v1' }),
    resourceFieldRef: (reference) => fill(reference, { divisor: '0' }),
  });
}

function roundRequirements(resources: JsonObject): JsonObject {
  return mapMembers(resources, { limits: roundResources, requests: roundResources });
}

/** Resource lists keep thousandths; finer amounts are rounded up. */
export function roundResources(resources: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(resources).map(([name, amount]) => {
      const quantity = typeof amount === 'string' || typeof amount === 'number' ? parseQuantity(amount) : undefined;
      return [name, quantity?.ok === true ? formatQuantity(roundUpToMilli(quantity.value)) : amount];
    }),
  );
}

function defaultVolume(volume: JsonObject): JsonObject {
  const hasSource = Object.entries(volume).some(([name, value]) => name !== 'name' && value !== undefined);
  if (!hasSource) return { ...volume, emptyDir: {} };
  return mapMembers(volume, {
    secret: defaultMode,
    configMap: defaultMode,
    downwardAPI: (source) => mapLists(defaultMode(source), { items: defaultFieldSource }),
    projected: (source) => mapLists(defaultMode(source), { sources: defaultProjection }),
    hostPath: (source) => ({ type: '', ...source }),
    image: (source) => fill(source, { pullPolicy: pullPolicyOf(source['reference']) }),
    ephemeral: (source) =>
      mapMembers(source, { volumeClaimTemplate: (template) => mapMembers(fillMissing(template, { metadata: {} }), { spec: (spec) => fill(spec, { volumeMode: 'Filesystem' }) }) }),
  });
}

/** 0 is a mode, so only a missing one is filled in. */
function defaultMode(source: JsonObject): JsonObject {
  return isJsonObject(source) && source['defaultMode'] === undefined ? { ...source, defaultMode: FILE_MODE } : source;
}

function defaultProjection(projection: JsonObject): JsonObject {
  return mapMembers(projection, {
    serviceAccountToken: (token) => fill(token, { expirationSeconds: TOKEN_EXPIRATION_SECONDS }),
    downwardAPI: (source) => mapLists(source, { items: defaultFieldSource }),
  });
}
