// npm run bench -- <name>: one file per benchmark, each prints a table; results worth keeping are committed in bench/results.
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
  console.error(`Usage: npm run bench -- NAME\nNAME is one of: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 2;
} else {
  await (await load()).run(args);
}
