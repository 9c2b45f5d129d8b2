// The KFP dialect alone as a process, for clients of other languages: prints its URL on the first line and ends with its
// standard input. In place of an engine it only ends terminated runs, as the engine does: FAILED.
import { startFacadeServer } from './facade-server.ts';

const server = await startFacadeServer();
server.records.onChange((changes) => {
  for (const { table, id } of changes) {
    const run = table === 'runs' ? server.records.run(id) : undefined;
    if (run?.state !== 'CANCELING') continue;
    void server.records.write((writer) => writer.putRun({ ...run, state: 'FAILED', finishedAtMs: Date.now() }));
  }
});
console.log(server.url);
process.stdin.resume();
process.stdin.once('end', () => {
  for (const fault of server.faults) console.error(fault);
  process.exit(server.faults.length === 0 ? 0 : 1);
});
