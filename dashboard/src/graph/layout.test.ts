import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layoutGraph, NODE_HEIGHT, NODE_WIDTH, type GraphShape, type PlacedGraph } from './layout.ts';

const at = (graph: PlacedGraph, id: string) => graph.nodes.find((node) => node.id === id)!;

test('a chain is a straight line', () => {
  const graph = layoutGraph({ ids: ['a', 'b', 'c'], edges: [['a', 'b'], ['b', 'c']] });
  assert.deepEqual([...new Set(graph.nodes.map(({ x }) => x))], [0]);
  assert.equal(graph.isHorizontal, false);
  assert.deepEqual([graph.width, graph.height], [NODE_WIDTH, 3 * NODE_HEIGHT + 2 * 44]);
});

test('branches stand side by side, with what joins them in the middle', () => {
  const graph = layoutGraph({ ids: ['a', 'b', 'c', 'd'], edges: [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']] });
  assert.equal(at(graph, 'b').y, at(graph, 'c').y);
  assert.equal(at(graph, 'a').x, at(graph, 'd').x);
  assert.equal(at(graph, 'a').x, (at(graph, 'b').x + at(graph, 'c').x) / 2);
});

test('many layers of many tasks are placed within a second, across when they fit better so', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `t${index}`);
  const edges = ids.slice(50).flatMap((id, index) => [[`t${index}`, id], [`t${Math.floor(index / 50) * 50 + ((index + 1) % 50)}`, id]] as [string, string][]);
  const startedAtMs = performance.now();
  const graph = layoutGraph({ ids, edges });
  assert.ok(performance.now() - startedAtMs < 1_000);
  assert.equal(graph.nodes.length, 1000);
  assert.equal(graph.isHorizontal, true);
});

test('a thousand iterations, which wait for nothing, are a grid that is read line by line', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `l[${index}]`);
  const { nodes, width, height } = layoutGraph({ ids, edges: [] });
  assert.ok(width / height > 1 && width / height < 2, `${width} × ${height}`);
  assert.deepEqual(nodes.map(({ id }) => id), ids);
  assert.deepEqual(nodes.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ id }) => id), ids);
  // Few stay in one line.
  assert.equal(new Set(layoutGraph({ ids: ids.slice(0, 5), edges: [] }).nodes.map(({ x }) => x)).size, 1);
});

test('whatever the graph: nothing overlaps, everything stands behind what it waits for', () => {
  const shapes = fc.integer({ min: 1, max: 24 }).chain((count) =>
    fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 60 }).map((pairs): GraphShape => {
      const ids = Array.from({ length: count }, (_, index) => `n${index}`);
      return { ids, edges: pairs.filter(([a, b]) => a < b).map(([a, b]) => [ids[a]!, ids[b]!] as const) };
    }),
  );
  fc.assert(
    fc.property(shapes, (shape) => {
      const graph = layoutGraph(shape);
      const along = (id: string) => (graph.isHorizontal ? at(graph, id).x : at(graph, id).y);
      for (const [from, to] of shape.edges) assert.ok(along(from) < along(to));
      for (const [index, a] of graph.nodes.entries()) {
        assert.ok(a.x >= -0.001 && a.y >= -0.001 && a.x + NODE_WIDTH <= graph.width + 0.001 && a.y + NODE_HEIGHT <= graph.height + 0.001);
        for (const b of graph.nodes.slice(index + 1)) {
          assert.ok(Math.abs(a.x - b.x) >= NODE_WIDTH - 0.001 || Math.abs(a.y - b.y) >= NODE_HEIGHT - 0.001, `${a.id} and ${b.id} overlap`);
        }
      }
    }),
  );
});
