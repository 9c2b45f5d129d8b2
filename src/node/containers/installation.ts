// The name by which an engine's containers are known as this installation's: made with the first of them.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Undefined when this installation has never had a container. */
export function readInstallation(file: string): string | undefined {
  try {
    const name = readFileSync(file, 'utf8').trim();
    return name === '' ? undefined : name;
  } catch {
    return undefined;
  }
}

export function ensureInstallation(file: string): string {
  const known = readInstallation(file);
  if (known !== undefined) return known;
  const name = randomUUID();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${name}\n`, { mode: 0o600, flush: true });
  return name;
}
