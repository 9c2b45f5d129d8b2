// `node tools/npm-run.mjs SCRIPT.ts [ARGUMENT ...]`: what package.json's scripts call. Any Node from 18 on starts it; the
// script itself runs on the Node that DESIGN asks for, after the dependencies were brought up to date.
import { launch } from '../bin/launch.mjs';

const [script, ...scriptArguments] = process.argv.slice(2);
if (script === undefined) {
  process.stderr.write('usage: node tools/npm-run.mjs SCRIPT.ts [ARGUMENT ...]\n');
  process.exit(2);
}
/** They start servers whose pages they look at. */
const SERVING_SCRIPTS = /^(tools\/test\.ts|bench\/|conformance\/)/;
await launch(script, scriptArguments, { needsDevelopment: true, needsDashboard: SERVING_SCRIPTS.test(script) });
