// Writes docs/reference/differences.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differencesReference } from '../conformance/differences-reference.ts';

writeFileSync(join(import.meta.dirname, '../docs/reference/differences.md'), differencesReference());
