// `node tools/npm-run.mjs tools/complete-lock.ts`, after `npm install` on a machine whose registry has packages for its own
// platform only: npm then leaves the other platforms out of package-lock.json, and `npm ci` refuses the file everywhere.
// Adds them: version from whoever asks for them, platform from the name; npm fetches such a package only where it fits.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { missingOptionals, withOptionals, type Lock } from './tidy/lock.ts';

const path = join(dirname(import.meta.dirname), 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock;
const missing = missingOptionals(lock);
writeFileSync(path, `${JSON.stringify(withOptionals(lock, missing), null, 2)}\n`);
console.log(`added ${missing.length} packages of other platforms`);
