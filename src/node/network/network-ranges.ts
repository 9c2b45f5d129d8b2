// The ranges of addresses of Pods and Services, and the Services that have fixed numbers in it, as is the custom.
import { Failure } from '../../base/mod.ts';

export interface NetworkRanges {
  /** For example 10.88.0.0/16. */
  readonly pods: string;
  readonly services: string;
  /** Address of the API. */
  readonly api: string;
  readonly nameServer: string;
}

const API_NUMBER = 1;
const NAME_SERVER_NUMBER = 10;
const PREFIX_LENGTH_MIN = 8;
const PREFIX_LENGTH_MAX = 24;

/** Throws Failure `BadConfiguration` with a sentence that names the flag. */
export function networkRanges(pods: string, services: string): NetworkRanges {
  const [podRange, serviceRange] = [parse('pod-cidr', pods), parse('service-cidr', services)];
  const [first, second] = [podRange, serviceRange].toSorted((a, b) => a.start - b.start);
  if (first!.start + first!.size > second!.start) throw new Failure('BadConfiguration', `--pod-cidr ${pods} and --service-cidr ${services} overlap`);
  return { pods, services, api: textOf(serviceRange.start + API_NUMBER), nameServer: textOf(serviceRange.start + NAME_SERVER_NUMBER) };
}

function parse(flag: string, text: string): { readonly start: number; readonly size: number } {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  const [bytes, length] = [match?.slice(1, 5).map(Number) ?? [], Number(match?.[5])];
  const start = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - length);
  const isRange = match !== null && bytes.every((byte) => byte < 256) && length >= PREFIX_LENGTH_MIN && length <= PREFIX_LENGTH_MAX && start % size === 0;
  if (!isRange) throw new Failure('BadConfiguration', `--${flag} must be a range of IPv4 addresses of ${PREFIX_LENGTH_MIN} to ${PREFIX_LENGTH_MAX} bits such as 10.88.0.0/16, not "${text}"`);
  return { start, size };
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
