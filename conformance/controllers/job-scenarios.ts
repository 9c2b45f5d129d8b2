// What a Job goes through, step by step; the node is played. After each step the picture has to become the one of upstream.
import type { JsonObject } from '../../src/base/mod.ts';
import type { Scenario, Step } from './scenario.ts';
import { change, deletePod, ends, leave, notReady, POD, run } from './steps.ts';

const TEMPLATE = { spec: POD };
const IGNORED = { type: 'DisruptionTarget', status: 'True', reason: 'Test', lastTransitionTime: '2026-01-01T00:00:00Z' };

const job = (spec: JsonObject = {}): Step => ({ name: 'create', run: (stage) => stage.create('Job', 'job', { template: TEMPLATE, ...spec }) });
const changeJob = (name: string, spec: JsonObject): Step => change('Job', 'job', name, spec);

function allEnd(phase: 'Succeeded' | 'Failed'): Step {
  return {
    name: `all: ${phase}`,
    async run(stage) {
      for (const pod of await stage.active()) await stage.report(pod, phase);
    },
  };
}

const indexed = (completions: number, more: JsonObject = {}) => job({ completionMode: 'Indexed', completions, parallelism: completions, ...more });
const onCodes = (action: string, ...values: number[]) => ({ action, onExitCodes: { operator: 'In', values } });

const STORIES: readonly Pick<Scenario, 'name' | 'steps'>[] = [
  { name: 'three completions, two at a time', steps: [job({ completions: 3, parallelism: 2 }), run, ends(0, 'Succeeded'), run, allEnd('Succeeded')] },
  { name: 'work queue', steps: [job({ parallelism: 2 }), run, ends(0, 'Succeeded'), allEnd('Succeeded')] },
  { name: 'a failure that is made good', steps: [job({ backoffLimit: 2 }), run, ends(0, 'Failed'), run, allEnd('Succeeded')] },
  { name: 'too many failures', steps: [job({ backoffLimit: 0, completions: 2, parallelism: 2 }), run, ends(0, 'Failed'), leave] },
  { name: 'restarts in place count', steps: [job({ backoffLimit: 2, template: { spec: { ...TEMPLATE.spec, restartPolicy: 'OnFailure' } } }), run, { name: 'it restarts', run: async (stage) => stage.report((await stage.active())[0]!, 'Running', { restartCount: 2 }) }, leave] },
  { name: 'deadline', steps: [job({ activeDeadlineSeconds: 1 }), leave] },
  { name: 'suspended, resumed, suspended', steps: [job({ suspend: true }), changeJob('resume', { suspend: false }), run, changeJob('suspend', { suspend: true }), leave, changeJob('resume again', { suspend: false })] },
  { name: 'resumed before those that ran have gone', steps: [job(), run, changeJob('suspend', { suspend: true }), changeJob('resume', { suspend: false }), leave] },
  { name: 'fewer at a time: one that is not ready goes first', steps: [job({ completions: 4, parallelism: 3 }), run, notReady(1), changeJob('two', { parallelism: 2 }), leave] },
  { name: 'somebody else manages it', steps: [job({ managedBy: 'example.com/other' })] },
  { name: 'indexed', steps: [indexed(3), run, ends(1, 'Succeeded'), ends(0, 'Failed'), run, allEnd('Succeeded')] },
  { name: 'indexed that grows and shrinks', steps: [indexed(2), run, changeJob('grow', { completions: 3, parallelism: 3 }), run, ends(0, 'Succeeded'), changeJob('shrink', { completions: 1, parallelism: 1 }), leave] },
  { name: 'limit for each index', steps: [indexed(2, { backoffLimitPerIndex: 1 }), run, ends(0, 'Failed'), run, ends(0, 'Failed'), ends(0, 'Succeeded')] },
  { name: 'too many failed indexes', steps: [indexed(4, { backoffLimitPerIndex: 0, maxFailedIndexes: 1 }), run, ends(0, 'Failed'), ends(0, 'Failed'), leave] },
  { name: 'policy: fail the Job', steps: [indexed(2, { podFailurePolicy: { rules: [onCodes('FailJob', 42)] } }), run, ends(0, 'Failed', { exitCode: 42 }), leave] },
  { name: 'policy: fail the index', steps: [indexed(2, { backoffLimitPerIndex: 3, podFailurePolicy: { rules: [onCodes('FailIndex', 42)] } }), run, ends(0, 'Failed', { exitCode: 42 }), ends(0, 'Succeeded')] },
  { name: 'policy: ignore disruptions', steps: [job({ backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] } }), run, ends(0, 'Failed', { conditions: [IGNORED] }), run, allEnd('Succeeded')] },
  { name: 'policy: count', steps: [job({ backoffLimit: 1, podFailurePolicy: { rules: [onCodes('Count', 7), onCodes('FailJob', 1, 7)] } }), run, ends(0, 'Failed', { exitCode: 7 }), run, ends(0, 'Failed', { exitCode: 7 })] },
  { name: 'success by policy', steps: [indexed(3, { successPolicy: { rules: [{ succeededIndexes: '0', succeededCount: 1 }] } }), run, ends(0, 'Succeeded'), leave] },
  { name: 'a deleted Pod is replaced at once', steps: [job(), run, deletePod(0), leave] },
  { name: 'a deleted Pod is replaced when it has ended', steps: [job({ podReplacementPolicy: 'Failed' }), run, deletePod(0), leave] },
  { name: 'parallelism 0 and back', steps: [job({ completions: 2, parallelism: 2 }), run, changeJob('none', { parallelism: 0 }), leave, changeJob('one', { parallelism: 1 })] },
];

export const JOB_SCENARIOS: readonly Scenario[] = STORIES.map((story) => ({ kinds: ['Job', 'Pod', 'Event'], ...story }));
