// IP addresses and networks, as Go's net/netip reads them.
import { fail } from './arithmetic.ts';
import type { FunctionTable } from './functions.ts';
import { CelCidr, CelIp } from './values.ts';

export function declareNetworks(table: FunctionTable): void {
  const ip = (text: string) => ipOf(text) ?? fail(`IP Address ${JSON.stringify(text)} parse error during conversion from string: unable to parse IP`);
  const cidr = (text: string) => cidrOf(text) ?? fail(`network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`);
  table
    .declare('ip(string): ip', ip, 'scan')
    .declare('isIP(string): bool', (text: string) => ipOf(text) !== undefined, 'scan')
    .declare('isCanonical(string): bool', (text: string) => canonicalText(ip(text)) === text, 'scan')
    .declare('ip.family(): int', ({ family }: CelIp) => BigInt(family))
    .declare('ip.isUnspecified(): bool', ({ bits }: CelIp) => bits === 0n)
    .declare('ip.isLoopback(): bool', ({ family, bits }: CelIp) => (family === 4 ? bits >> 24n === 127n : bits === 1n))
    .declare('ip.isLinkLocalMulticast(): bool', ({ family, bits }: CelIp) => (family === 4 ? bits >> 8n === 0xe00000n : bits >> 112n === 0xff02n))
    .declare('ip.isLinkLocalUnicast(): bool', ({ family, bits }: CelIp) => (family === 4 ? bits >> 16n === 0xa9fen : bits >> 118n === 0x3fan))
    .declare('ip.isGlobalUnicast(): bool', isGlobalUnicast)
    .declare('cidr(string): cidr', cidr, 'scan')
    .declare('isCIDR(string): bool', (text: string) => cidrOf(text) !== undefined, 'scan')
    .declare('cidr.containsIP(ip): bool', contains)
    .declare('cidr.containsIP(string): bool', (network: CelCidr, text: string) => contains(network, ip(text)))
    .declare('cidr.containsCIDR(cidr): bool', containsNetwork)
    .declare('cidr.containsCIDR(string): bool', (network: CelCidr, text: string) => containsNetwork(network, cidr(text)))
    .declare('cidr.ip(): ip', ({ address }: CelCidr) => address)
    .declare('cidr.masked(): cidr', masked)
    .declare('cidr.prefixLength(): int', ({ prefixLength }: CelCidr) => BigInt(prefixLength));
}

function ipOf(text: string): CelIp | undefined {
  const parts = text.split('.');
  if (parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return new CelIp(text, 4, parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n));
  }
  if (!text.includes(':') || !/^[0-9a-f:]+$/i.test(text)) return undefined;
  const bits = ipv6Bits(text);
  return bits === undefined ? undefined : new CelIp(text, 6, bits);
}

function ipv6Bits(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined) => (half === undefined || half === '' ? [] : half.split(':'));
  const [left, right] = [groups(halves[0]), groups(halves[1])];
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function canonicalText({ text, family }: CelIp): string {
  return family === 4 ? text : new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

function cidrOf(text: string): CelCidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const ip = ipOf(address);
  const isLength = /^(?:0|[1-9]\d{0,2})$/.test(length) && rest.length === 0;
  return ip !== undefined && isLength && Number(length) <= sizeOf(ip) ? new CelCidr(ip, Number(length)) : undefined;
}

function sizeOf({ family }: CelIp): number {
  return family === 4 ? 32 : 128;
}

function contains({ address, prefixLength }: CelCidr, ip: CelIp): boolean {
  const shift = BigInt(sizeOf(address) - prefixLength);
  return address.family === ip.family && address.bits >> shift === ip.bits >> shift;
}

function containsNetwork(network: CelCidr, other: CelCidr): boolean {
  return other.prefixLength >= network.prefixLength && contains(network, other.address);
}

function masked({ address, prefixLength }: CelCidr): CelCidr {
  const shift = BigInt(sizeOf(address) - prefixLength);
  const bits = (address.bits >> shift) << shift;
  return new CelCidr(new CelIp(textOf(bits, address.family), address.family, bits), prefixLength);
}

function textOf(bits: bigint, family: 4 | 6): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

function isGlobalUnicast({ family, bits }: CelIp): boolean {
  if (bits === 0n) return false;
  if (family === 4) return bits !== 0xffffffffn && bits >> 24n !== 127n && bits >> 28n !== 0xen && bits >> 16n !== 0xa9fen;
  return bits !== 1n && bits >> 120n !== 0xffn && bits >> 118n !== 0x3fan;
}
