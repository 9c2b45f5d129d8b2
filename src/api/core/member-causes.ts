// Rules of single members that many kinds have: words, ports, paths.
import type { Json, StatusCause } from '../../base/mod.ts';
import { invalid, notSupported } from '../causes.ts';
import { fieldOf } from '../kind.ts';

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
export const PORT_NAME = /^(?=.{1,15}$)(?!.*--)(?=.*[a-z])[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** A member that is set must be one of the words. */
export function supportedCauses(object: Json, path: string, member: string, supported: readonly string[]): readonly StatusCause[] {
  const value = fieldOf(object, member);
  return value === undefined || supported.includes(String(value)) ? [] : [notSupported(`${path}.${member}`, value, supported)];
}

export function portNumberCauses(port: Json, path: string): readonly StatusCause[] {
  const isPort = typeof port === 'number' && port >= 1 && port <= 65_535;
  return isPort ? [] : [invalid(path, port, 'must be between 1 and 65535, inclusive')];
}

/** A number, or the name that a container gave to a port. */
export function portReferenceCauses(port: Json, path: string): readonly StatusCause[] {
  if (typeof port !== 'string') return portNumberCauses(port, path);
  return PORT_NAME.test(port) ? [] : [invalid(path, port, 'must be a port number or the name of a port')];
}

/** A path inside a volume: relative, never upwards. */
export function descendingPathCauses(text: string, path: string): readonly StatusCause[] {
  if (text.startsWith('/')) return [invalid(path, text, 'must be a relative path')];
  return text.split('/').includes('..') ? [invalid(path, text, "must not contain '..'")] : [];
}
