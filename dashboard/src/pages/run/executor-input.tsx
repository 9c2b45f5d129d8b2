// What the step was told (ExecutorInput): exactly, from the command of its Pod, and from the records when the Pod is gone.
import type { Json, Task } from '../../api/messages.ts';
import type { ComponentSpec } from '../../graph/ir.ts';
import { LazyCodeViewer } from '../../ui/lazy-code-viewer.tsx';
import { PanelNote } from '../../ui/side-panel.tsx';
import { podMissing, usePod, type Pod } from './pod-tabs.tsx';

export function ExecutorInput({ task, component }: { readonly task: Task; readonly component: ComponentSpec | undefined }) {
  const pod = usePod(task);
  if (pod.isLoading) return null;
  const exact = pod.data === undefined ? undefined : executorInputOf(pod.data);
  if (exact !== undefined) return <LazyCodeViewer label="Executor input" value={exact} />;
  return (
    <>
      <PanelNote>
        {task.pods?.[0] === undefined
          ? podMissing(task)
          : pod.data === undefined
            ? 'Its Pod is gone: this is what the records say of its inputs and outputs.'
            : 'Its command does not ask for the executor input: this is what the records say of its inputs and outputs.'}
      </PanelNote>
      <LazyCodeViewer label="Executor input" value={recordedInput(task, component)} />
    </>
  );
}

/** The official executor gets it as one argument. */
function executorInputOf(pod: Pod): object | undefined {
  const texts = (pod.spec?.containers ?? []).flatMap(({ args = [], command = [] }) => [...command, ...args]);
  for (const text of texts.filter((one) => one.startsWith('{') && one.includes('"inputs"'))) {
    try {
      return JSON.parse(text) as object;
    } catch {
      // An argument that only looks like it.
    }
  }
  return undefined;
}

function recordedInput(task: Task, component: ComponentSpec | undefined): object {
  const artifacts = (values: Task['inputs']) =>
    Object.fromEntries((values?.artifacts ?? []).map(({ artifact_key: key, artifacts: list }) => [key, { artifacts: list.map(({ name, type, uri, metadata }) => ({ name, type, uri, metadata })) }]));
  const parameterValues: Record<string, Json | undefined> = Object.fromEntries((task.inputs?.parameters ?? []).map(({ parameter_key: key, value }) => [key, value]));
  return {
    inputs: { parameterValues, artifacts: artifacts(task.inputs) },
    outputs: { parameters: Object.keys(component?.outputDefinitions?.parameters ?? {}), artifacts: artifacts(task.outputs) },
  };
}
