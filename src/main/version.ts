// The version of this Slipway, from its package file.
import { readFileSync } from 'node:fs';

const PACKAGE = new URL('../../package.json', import.meta.url);

export const VERSION = String((JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version);
