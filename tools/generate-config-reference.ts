// Writes docs/reference/configuration.md from the schema of the configuration; a test of `main` fails when it is stale.
import { writeFileSync } from 'node:fs';
import { configReference } from '../src/main/mod.ts';

writeFileSync(new URL('../docs/reference/configuration.md', import.meta.url), configReference());
