// The graph of the opened level of a run, with a trail back to the root.
import { useCallback, useMemo } from 'react';
import { useSearch } from '../../frame/address.ts';
import { GraphView } from '../../graph/graph-view.tsx';
import type { Ir } from '../../graph/ir.ts';
import { OpenedLevel } from '../../graph/opened-level.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { dagLayer, isLoopLayer, loopLayer, nodeFace } from './layer.ts';
import type { TaskTree } from './task-tree.ts';

export function RunGraph({ ir, tree }: { readonly ir: Ir; readonly tree: TaskTree }) {
  const [search, setSearch] = useSearch();
  const { in: opened = 'root', step } = search;
  const isLoop = useMemo(() => isLoopLayer(ir, opened), [ir, opened]);
  // The iterations of a loop become known while it runs; tasks of a DAG never change: the tree is a new one
  // with every event, and is left out on purpose.
  const iterationCount = isLoop ? tree.childrenOf(tree.byPath.get(opened)).length : 0;
  const layer = useMemo(() => (isLoop ? loopLayer(ir, opened, tree) : dagLayer(ir, opened)), [ir, opened, isLoop, iterationCount]);
  const faces = useMemo(() => new Map([...layer.kinds].map(([id, kind]) => [id, nodeFace(id, kind, tree.byPath.get(id), tree)])), [layer, tree]);
  const faceOf = useCallback((id: string) => faces.get(id)!, [faces]);
  const open = useCallback((id: string) => setSearch({ in: id === 'root' ? undefined : id, step: undefined }, { push: true }), [setSearch]);
  const select = useCallback((id: string | undefined) => setSearch({ step: id }), [setSearch]);
  return (
    <OpenedLevel opened={opened} rootTitle="Run" onOpen={open}>
      {layer.shape.ids.length === 0 ? (
        <EmptyState title="Nothing here yet">{isLoop ? 'Its iterations are known when the step that it loops over has ended.' : 'There is no such part in this pipeline.'}</EmptyState>
      ) : (
        <GraphView key={opened} label={opened === 'root' ? 'Graph of the run' : `Graph of ${opened.slice('root.'.length)}`} shape={layer.shape} faceOf={faceOf} selected={step} onSelect={select} onOpen={open} />
      )}
    </OpenedLevel>
  );
}
