// npm run bench -- NAME [ARGUMENT …]: one benchmark, printed as a table; what is worth keeping is committed in bench/results.
// NAME is api, engine, node, peers, dashboard or spine; npm run bench -- NAME --help says what it measures and takes.
import { Failure } from '../src/base/mod.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>> = {
  api: () => import('./api.ts'),
  engine: () => import('./engine.ts'),
  node: () => import('./node.ts'),
  peers: () => import('./peers.ts'),
  dashboard: () => import('./dashboard.ts'),
  spine: () => import('./spine.ts'),
};

const [name, ...args] = process.argv.slice(2);
const load = name === undefined ? undefined : BENCHMARKS[name];
if (load === undefined) {
  const what = name === undefined ? 'a benchmark is missing' : `there is no benchmark "${name}"`;
  throw new Failure('Usage', `${what}; there are ${Object.keys(BENCHMARKS).join(', ')}`);
}
await (await load()).run(args);
