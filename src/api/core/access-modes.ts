// How a volume may be mounted, and what it is then.
import type { Json } from '../../base/mod.ts';

/** With the letters by which tables show them, in the order of tables. */
const LETTERS: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

export const ACCESS_MODES: readonly string[] = Object.keys(LETTERS).sort();

export const VOLUME_MODES = ['Block', 'Filesystem'];

/** `RWO,RWX` */
export function accessModesText(modes: readonly Json[]): string {
  return Object.keys(LETTERS)
    .filter((mode) => modes.includes(mode))
    .map((mode) => LETTERS[mode])
    .join(',');
}
