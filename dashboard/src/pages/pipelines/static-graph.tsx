// A pipeline as a graph, before it runs: levels can be opened, a task shows what it needs and what it runs.
import { useCallback, useMemo } from 'react';
import { useSearch } from '../../frame/address.ts';
import type { NodeFace } from '../../graph/graph-node.tsx';
import { GraphView } from '../../graph/graph-view.tsx';
import { componentAt, componentOf, kindOf, tasksOf, type ComponentSpec, type Ir, type TaskSpec } from '../../graph/ir.ts';
import { OpenedLevel } from '../../graph/opened-level.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { dagLayer } from '../run/layer.ts';
import { ComponentPanel } from './component-panel.tsx';
import styles from './pipelines.module.css';

export function StaticGraph({ ir }: { readonly ir: Ir }) {
  const [{ in: opened = 'root', step }, setSearch] = useSearch();
  const layer = useMemo(() => dagLayer(ir, opened), [ir, opened]);
  const tasks = useMemo(() => new Map(tasksOf(componentAt(ir, opened)).map(([name, task]) => [`${opened}.${name}`, task])), [ir, opened]);
  const faces = useMemo(() => new Map([...tasks].map(([id, task]) => [id, faceOf(ir, id, task)])), [ir, tasks]);
  const open = useCallback((id: string) => setSearch({ in: id === 'root' ? undefined : id, step: undefined }, { push: true }), [setSearch]);
  const select = useCallback((id: string | undefined) => setSearch({ step: id }), [setSearch]);
  const face = useCallback((id: string) => faces.get(id)!, [faces]);
  const chosen = step === undefined ? undefined : tasks.get(step);
  return (
    <div className={styles['graph-page']}>
      <OpenedLevel opened={opened} rootTitle="Pipeline" onOpen={open}>
        {layer.shape.ids.length === 0 ? (
          <EmptyState title="Nothing here">This part of the pipeline has no tasks.</EmptyState>
        ) : (
          <GraphView key={opened} label="Graph of the pipeline" shape={layer.shape} faceOf={face} selected={step} onSelect={select} onOpen={open} />
        )}
      </OpenedLevel>
      <ComponentPanel {...panelOf(ir, opened, step, chosen)} />
    </div>
  );
}

function faceOf(ir: Ir, id: string, task: TaskSpec): NodeFace {
  const component = componentOf(ir, task);
  const count = tasksOf(component).length;
  return {
    title: task.taskInfo?.name ?? id.slice(id.lastIndexOf('.') + 1),
    kind: kindOf(ir, task),
    canOpen: component.dag !== undefined,
    note: component.dag === undefined ? undefined : `${count} ${count === 1 ? 'task' : 'tasks'}`,
  };
}

/** The chosen task, or the level that is opened. */
function panelOf(ir: Ir, opened: string, step: string | undefined, task: TaskSpec | undefined): { readonly title: string; readonly component: ComponentSpec; readonly ir: Ir; readonly condition: string | undefined; readonly isLevel: boolean } {
  if (step !== undefined && task !== undefined) return { title: task.taskInfo?.name ?? step, component: componentOf(ir, task), ir, condition: task.triggerPolicy?.condition, isLevel: false };
  const title = opened === 'root' ? (ir.pipelineInfo?.displayName ?? ir.pipelineInfo?.name ?? 'pipeline') : opened.slice(opened.lastIndexOf('.') + 1);
  return { title, component: componentAt(ir, opened) ?? {}, ir, condition: undefined, isLevel: true };
}
