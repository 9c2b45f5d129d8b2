// The condition of a task (triggerPolicy.condition), read over the task's own inputs.
import { compareAsTheyAre, evaluateCondition, explainCondition } from '../../ir/mod.ts';
import type { TaskValues } from '../../records/mod.ts';
import { runtimeArtifactsOf } from '../pod/executor-input.ts';
import { artifactOf, type Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

export type Condition =
  | { readonly kind: 'true' }
  | { readonly kind: 'false'; readonly message: string }
  | { readonly kind: 'invalid'; readonly message: string };

export function conditionOf(planning: Planning, node: TaskNode, values: TaskValues): Condition {
  const written = node.spec?.triggerPolicy?.condition ?? '';
  if (written === '') return { kind: 'true' };
  const text = compareAsTheyAre(written, values.parameters);
  const artifacts = runtimeArtifactsOf(values, (artifactId) => artifactOf(planning, artifactId));
  const inputs = { parameterValues: values.parameters, artifacts };
  const outcome = evaluateCondition(text, inputs);
  if (!outcome.ok) return { kind: 'invalid', message: outcome.message };
  return outcome.value ? { kind: 'true' } : { kind: 'false', message: explainCondition(text, inputs) };
}
