// Where a container engine listens, by the places that podman and Docker use.
import { join } from 'node:path';

/** `auto`, `off`, or the path of a socket. */
export type EngineSetting = string;

export type EngineCandidate =
  | { readonly kind: 'socket'; readonly path: string }
  /** podman needs no service to be installed: this process starts one for itself. */
  | { readonly kind: 'podman-service' };

/** In the order in which they are tried; pure. `variables` of the machine's user. */
export function engineCandidates(setting: EngineSetting, variables: Readonly<Record<string, string>>): readonly EngineCandidate[] {
  if (setting === 'off') return [];
  if (setting !== 'auto') return [{ kind: 'socket', path: setting }];
  const named = [variables['CONTAINER_HOST'], variables['DOCKER_HOST']].flatMap((address) => socketOf(address) ?? []);
  const own = variables['XDG_RUNTIME_DIR'];
  const podman = [...(own === undefined ? [] : [join(own, 'podman/podman.sock')]), '/run/podman/podman.sock'];
  const home = variables['HOME'];
  const docker = [...(own === undefined ? [] : [join(own, 'docker.sock')]), '/var/run/docker.sock', ...(home === undefined ? [] : [join(home, '.docker/run/docker.sock')])];
  const socket = (path: string): EngineCandidate => ({ kind: 'socket', path });
  return [...named.map(socket), ...podman.map(socket), { kind: 'podman-service' }, ...docker.map(socket)];
}

function socketOf(address: string | undefined): string | undefined {
  return address?.startsWith('unix://') === true ? address.slice('unix://'.length) : undefined;
}
