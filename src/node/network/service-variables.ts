// Environment variables by which programs without DNS find Services (`enableServiceLinks`), as Docker once named them. Pure.
import { isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, itemsAt, textAt } from '../../api/mod.ts';

/** `services`: those of the Pod's namespace; `api`: that of the API, which every Pod hears of, whatever it says of the others. */
export function serviceVariables(pod: KubeObject, services: readonly KubeObject[], api: KubeObject | undefined): Readonly<Record<string, string>> {
  const linked = fieldOf(pod, 'spec', 'enableServiceLinks') === false ? [] : services;
  return Object.fromEntries([...(api === undefined ? [] : [api]), ...linked].flatMap(variablesOf));
}

function variablesOf(service: KubeObject): readonly (readonly [string, string])[] {
  const ip = textAt(service, '', 'spec', 'clusterIP');
  const ports = itemsAt(service, 'spec', 'ports').filter((port): port is JsonObject => isJsonObject(port));
  const [first] = ports;
  if (!/^[0-9.]+$/.test(ip) || first === undefined) return [];
  const prefix = variableName(service.metadata.name);
  const url = (port: JsonObject) => `${textAt(port, 'TCP', 'protocol').toLowerCase()}://${ip}:${String(port['port'])}`;
  return [
    [`${prefix}_SERVICE_HOST`, ip],
    [`${prefix}_SERVICE_PORT`, String(first['port'])],
    ...ports.flatMap((port): [string, string][] => (port['name'] === undefined ? [] : [[`${prefix}_SERVICE_PORT_${variableName(String(port['name']))}`, String(port['port'])]])),
    [`${prefix}_PORT`, url(first)],
    ...ports.flatMap((port): [string, string][] => {
      const protocol = textAt(port, 'TCP', 'protocol');
      const start = `${prefix}_PORT_${String(port['port'])}_${protocol}`;
      return [[start, url(port)], [`${start}_PROTO`, protocol.toLowerCase()], [`${start}_PORT`, String(port['port'])], [`${start}_ADDR`, ip]];
    }),
  ];
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
