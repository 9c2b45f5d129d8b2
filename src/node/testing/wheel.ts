// Packages of Python made on the spot, so that tests need no package index.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';

export interface WheelOptions {
  readonly requires?: readonly string[];
  readonly command?: string;
  /** Texts of further files, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Its RECORD names files without their hashes, as that of a wheel made by hand. */
  readonly isRecordBlank?: boolean;
}

/** A package whose module says `VERSION`. */
export async function makeWheel(directory: string, name: string, version: string, { requires = [], command, files: moreFiles = {}, isRecordBlank = false }: WheelOptions = {}): Promise<void> {
  await mkdir(directory, { recursive: true });
  const metadata = `${name}-${version}.dist-info`;
  const files: Record<string, string> = {
    [`${name}.py`]: `VERSION = '${version}'\ndef main():\n    import sys\n    print('${name}', VERSION, sys.prefix)\n`,
    [`${metadata}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires.map((item) => `Requires-Dist: ${item}\n`).join('')}`,
    [`${metadata}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: slipway\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    ...(command === undefined ? {} : { [`${metadata}/entry_points.txt`]: `[console_scripts]\n${command} = ${name}:main\n` }),
    ...moreFiles,
  };
  const record = `${metadata}/RECORD`;
  const digests = Object.entries(files).map(([path, text]) => (isRecordBlank ? `${path},,\n` : `${path},sha256=${digestOf(text)},${Buffer.byteLength(text)}\n`));
  files[record] = `${digests.join('')}${record},,\n`;
  const bytes = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
  await writeFile(join(directory, `${name}-${version}-py3-none-any.whl`), bytes);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
