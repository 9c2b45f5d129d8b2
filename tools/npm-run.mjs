// `node tools/npm-run.mjs SCRIPT.ts [ARGUMENT ...]`: what package.json's scripts call. Any Node from 18 on starts it; the
// script itself runs on the Node that DESIGN asks for, after the dependencies were brought up to date.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../bin/launch.mjs';
import { helpOf, misuseOf } from './usage.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** They start servers whose pages they look at. */
const SERVING_SCRIPTS = /^(tools\/test\.ts|bench\/|conformance\/)/;

const [script, ...scriptArguments] = process.argv.slice(2);
if (script === undefined) {
  process.stderr.write('usage: node tools/npm-run.mjs SCRIPT.ts [ARGUMENT ...]\n');
  process.exit(2);
}
const help = helpOf(ROOT, script, scriptArguments);
if (help === undefined) await run(script);
else process.stdout.write(`${help}\n`);

/** @param {string} script */
async function run(script) {
  try {
    await launch(script, scriptArguments, { needsDevelopment: true, needsDashboard: SERVING_SCRIPTS.test(script) });
  } catch (error) {
    const misuse = misuseOf(error, `npm run ${process.env['npm_lifecycle_event'] ?? script}`);
    if (misuse === undefined) throw error;
    process.stderr.write(`${misuse}\n`);
    process.exit(2);
  }
}
