// Texts of IP addresses and of address ranges.
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { StatusCause } from '../base/mod.ts';
import { invalid } from './causes.ts';

/**
 * The machine, as Pods with an address of their own see it, and as Endpoints name Pods that share its network: an address must
 * not be a loopback one there. Of a range that nobody uses any more (RFC 7526).
 */
export const MACHINE_ADDRESS = '192.88.99.1';
/** The machine, as its own programs see it, among them Pods that share its network. */
export const LOOPBACK = '127.0.0.1';

export function ipAddressCauses(text: string, field: string): readonly StatusCause[] {
  return isIP(text) === 0 ? [invalid(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')] : [];
}

/** Addresses behind a Service: not of this host alone, not of everybody. */
export function endpointAddressCauses(text: string, field: string): readonly StatusCause[] {
  const complaints = ipAddressCauses(text, field);
  if (complaints.length > 0) return complaints;
  if (text === '0.0.0.0' || text === '::') return [invalid(field, text, 'may not be unspecified (0.0.0.0 or ::)')];
  if (text.startsWith('127.') || text === '::1') return [invalid(field, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  if (/^(169\.254\.|fe80:)/i.test(text)) return [invalid(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  const isMulticast = isIPv4(text) ? /^(22[4-9]|23\d)\./.test(text) : /^ff0[12]:/i.test(text);
  return isMulticast ? [invalid(field, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')] : [];
}

export function addressRangeCauses(text: string, field: string): readonly StatusCause[] {
  const [address = '', prefix = '', ...more] = text.split('/');
  const family = isIP(address);
  const isRange = family !== 0 && more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
  return isRange ? [] : [invalid(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

/** Whether a range is part of another, and smaller. Both are valid. */
export function isStrictlyWithin(part: string, whole: string): boolean {
  const [[address = '', prefix], [base = '', basePrefix]] = [part.split('/'), whole.split('/')] as const;
  const family = isIPv4(base) ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(base, Number(basePrefix), family);
  return isIP(address) === isIP(base) && Number(prefix) > Number(basePrefix) && block.check(address, family);
}
