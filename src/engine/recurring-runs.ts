// The series: makes the run of each strike of an enabled recurring run, once, whatever dies in between: the run and the mark that
// its strike is done are one write. A strike waits while too many runs of its series go on.
import type { Clock, JsonObject, Log, Rng } from '../base/mod.ts';
import { createKeyedQueue, type KeyedQueue, type Part, type ReconcileResult } from '../control/mod.ts';
import { expandMacros, nextStrikeMs, parsePipelineOnce, resolveRunParameters } from '../ir/mod.ts';
import { newRun, type RecordChange, type RecordReader, type Records, type RecordWriter, type RecurringRun, type Run } from '../records/mod.ts';

export interface RecurringRunsOptions {
  readonly records: Records;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
}

/** Series looked at at the same time; each makes one write. */
const CONCURRENCY = 4;
/** A machine that slept notices after this time what it has missed. */
const LOOK_MS_MAX = 30_000;

export function createRecurringRuns(options: RecurringRunsOptions): Part {
  const series = new RecurringRuns(options);
  return { name: 'recurring runs', start: () => series.start(), stop: () => series.stop() };
}

class RecurringRuns {
  readonly #options: RecurringRunsOptions;
  readonly #queue: KeyedQueue;
  /** Due, but as many of their runs go on as may. */
  readonly #full = new Set<string>();
  #unsubscribe = () => {};

  constructor(options: RecurringRunsOptions) {
    this.#options = options;
    const { clock, log } = options;
    this.#queue = createKeyedQueue({ name: 'recurring runs', clock, log, concurrency: CONCURRENCY, reconcile: (id) => this.#reconcile(id) });
  }

  start(): void {
    const { records } = this.#options;
    this.#unsubscribe = records.onChange((changes) => this.#onChanges(changes));
    for (const id of records.enabledRecurringRunIds()) this.#queue.add(id);
    this.#queue.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#queue.stop();
  }

  #onChanges(changes: readonly RecordChange[]): void {
    for (const { table, id } of changes) if (table === 'recurring_runs') this.#queue.add(id);
    if (this.#full.size > 0 && changes.some(({ table }) => table === 'runs')) for (const id of this.#full) this.#queue.add(id);
  }

  async #reconcile(id: string): Promise<ReconcileResult> {
    const { records, clock, log } = this.#options;
    this.#full.delete(id);
    const series = records.recurringRun(id);
    const dueMs = series === undefined ? undefined : dueStrikeMs(series, clock.now());
    if (series === undefined || dueMs === undefined) return { kind: 'done' };
    const leftMs = dueMs - clock.now();
    if (leftMs > 0) return { kind: 'after', delayMs: Math.min(leftMs, LOOK_MS_MAX) };
    if (records.unfinishedRunCountOf(id) >= series.maxConcurrency) {
      this.#full.add(id);
      return { kind: 'done' };
    }
    const struck = await records.write((writer) => this.#strike(writer, id, dueMs));
    if (struck?.message) log.warn('a recurring run has no run for its last strike', { recurringRunId: id, name: struck.displayName, error: struck.message });
    return { kind: 'done' };
  }

  /** Nothing when somebody else changed the series so that this is not its next strike any more. */
  #strike(writer: RecordWriter, id: string, strikeMs: number): RecurringRun | undefined {
    const { clock, rng } = this.#options;
    const series = writer.read.recurringRun(id);
    const nowMs = clock.now();
    if (series === undefined || dueStrikeMs(series, nowMs) !== strikeMs) return undefined;
    const planned = planRun(writer.read, series, { runId: rng.uuid(), nowMs, strikeMs });
    const struck: RecurringRun = { ...series, lastStrikeMs: strikeMs, lastIndex: series.lastIndex + (planned.ok ? 1 : 0), message: planned.ok ? '' : planned.message };
    writer.putRecurringRun(struck);
    if (!planned.ok) return struck;
    writer.putRun(planned.run);
    const experiment = writer.read.experiment(series.experimentId);
    if (experiment !== undefined) writer.putExperiment({ ...experiment, lastRunCreatedAtMs: nowMs });
    return struck;
  }
}

function dueStrikeMs(series: RecurringRun, nowMs: number): number | undefined {
  return series.status === 'ENABLED' ? nextStrikeMs(series, nowMs) : undefined;
}

type PlannedRun = { readonly ok: true; readonly run: Run } | { readonly ok: false; readonly message: string };

function planRun(read: RecordReader, series: RecurringRun, { runId, nowMs, strikeMs }: { readonly runId: string; readonly nowMs: number; readonly strikeMs: number }): PlannedRun {
  const source = sourceOf(read, series);
  if (!source.ok) return source;
  const parsed = parsePipelineOnce(source.document);
  if (!parsed.ok) return { ok: false, message: `its pipeline is not valid: ${parsed.errors.map(({ field, message }) => `${field} ${message}`).slice(0, 3).join('; ')}` };
  const index = series.lastIndex + 1;
  const parameters = expandMacros(series.parameters, { runId, nowMs, scheduledAtMs: strikeMs, index });
  const resolved = resolveRunParameters(parsed.pipeline, parameters);
  if (!resolved.ok) return { ok: false, message: `its parameters do not fit its pipeline: ${resolved.message}` };
  const { namespace, creator, experimentId, recurringRunId, pipelineRoot, serviceAccount, displayName } = series;
  const run = newRun({
    ...source.reference,
    runId,
    namespace,
    creator,
    experimentId,
    recurringRunId,
    pipelineRoot,
    serviceAccount,
    parameters,
    createdAtMs: nowMs,
    scheduledAtMs: strikeMs,
    displayName: `${displayName}-${index}`,
    description: '',
    pipelineSpec: source.document,
    pipelineName: parsed.pipeline.name,
  });
  return { ok: true, run };
}

type Source = { readonly ok: true; readonly document: JsonObject; readonly reference: Pick<Run, 'pipelineId' | 'pipelineVersionId'> } | { readonly ok: false; readonly message: string };

function sourceOf(read: RecordReader, { pipelineSpec, pipelineId = '', pipelineVersionId }: RecurringRun): Source {
  if (pipelineSpec !== undefined) return { ok: true, document: pipelineSpec, reference: {} };
  const version = pipelineVersionId === undefined ? read.latestPipelineVersion(pipelineId) : read.pipelineVersion(pipelineVersionId);
  if (version === undefined) return { ok: false, message: pipelineVersionId === undefined ? `its pipeline ${pipelineId} has no version any more` : `the version ${pipelineVersionId} of its pipeline is gone` };
  return { ok: true, document: version.pipelineSpec, reference: { pipelineId: version.pipelineId, pipelineVersionId: version.pipelineVersionId } };
}
