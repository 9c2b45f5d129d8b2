// engine: runs pipelines. IR and records in, Pods out. Makes the runs of recurring runs, too.
//
// Promises: its state follows from the records alone, so it may be thrown away at any moment and built again; a step
// whose result was recorded never runs again. All record changes of one event are one write, and the Pods that follow are
// asked for in the same turn of the loop, so a step has at most two durable commits on its critical path. Planning is
// pure (plan/): rows, pipeline and facts in, actions out. Every state of a task carries a reason and a sentence.
// Knows no HTTP and no process; what a step yields comes in through `stepResults`, never from the Pod's files.
export { createEngine, type Engine, type EngineOptions, type EngineStatus } from './engine.ts';
export { createRecurringRuns, type RecurringRunsOptions } from './recurring-runs.ts';
export { planRetry, type RetryPlan } from './retry.ts';
export { ENGINE_CONFIG, type EngineSettings } from './settings.ts';
