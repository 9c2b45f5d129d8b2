// The graph of the opened level of a run, with a trail back to the root.
import { useCallback, useMemo } from 'react';
import { useSearch } from '../../frame/address.ts';
import { GraphView } from '../../graph/graph-view.tsx';
import type { Ir } from '../../graph/ir.ts';
import { OpenedLevel } from '../../graph/opened-level.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IterationBar } from './iteration-bar.tsx';
import { shownIterations, type ShownIterations } from './iterations.ts';
import { dagLayer, isLoopLayer, loopLayer, nodeFace } from './layer.ts';
import type { TaskTree } from './task-tree.ts';

export function RunGraph({ ir, tree }: { readonly ir: Ir; readonly tree: TaskTree }) {
  const [search, setSearch] = useSearch();
  const { in: opened = 'root', step } = search;
  const isLoop = useMemo(() => isLoopLayer(ir, opened), [ir, opened]);
  const iterations = isLoop ? shownIterations(tree, opened, search) : undefined;
  // The iterations of a loop become known while it runs; tasks of a DAG never change: the tree is a new one
  // with every event, and is left out on purpose.
  const iterationIds = iterations?.shown.map(({ task_id: id }) => id).join();
  const layer = useMemo(() => (iterations === undefined ? dagLayer(ir, opened) : loopLayer(ir, opened, iterations.shown)), [ir, opened, iterationIds]);
  const faces = useMemo(() => new Map([...layer.kinds].map(([id, kind]) => [id, nodeFace(id, kind, tree.byPath.get(id), tree)])), [layer, tree]);
  const faceOf = useCallback((id: string) => faces.get(id)!, [faces]);
  const open = useCallback((id: string) => setSearch({ in: id === 'root' ? undefined : id, step: undefined, only: undefined, from: undefined }, { push: true }), [setSearch]);
  const select = useCallback((id: string | undefined) => setSearch({ step: id }), [setSearch]);
  return (
    <OpenedLevel opened={opened} rootTitle="Run" onOpen={open}>
      {iterations === undefined ? null : <IterationBar iterations={iterations} />}
      {layer.shape.ids.length === 0 ? (
        <EmptyState title={iterations !== undefined && iterations.count > 0 ? 'None has failed' : 'Nothing here yet'}>{emptySentence(iterations)}</EmptyState>
      ) : (
        <GraphView key={`${opened} ${search['only'] ?? ''} ${iterations?.from ?? 0}`} label={opened === 'root' ? 'Graph of the run' : `Graph of ${opened.slice('root.'.length)}`} shape={layer.shape} faceOf={faceOf} selected={step} onSelect={select} onOpen={open} />
      )}
    </OpenedLevel>
  );
}

function emptySentence(iterations: ShownIterations | undefined): string {
  if (iterations === undefined) return 'There is no such part in this pipeline.';
  return iterations.count > 0 ? 'Of its iterations, as far as they have ended.' : 'Its iterations are known when the step that it loops over has ended.';
}
