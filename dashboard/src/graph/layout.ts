// Places the tasks of a graph in layers so that what waits for something stands behind it, with few crossings and straight
// lines. Linear in what is drawn: a thousand tasks take some milliseconds (libraries that minimise exactly take minutes).
//
// The four steps of Sugiyama's method: ranks by the longest way, corners where a line passes a layer, order in each layer by
// the mean place of the neighbours, places by least squares in that order.

export interface GraphShape {
  readonly ids: readonly string[];
  /** [from, to]; lines to unknown ids are left out. */
  readonly edges: readonly (readonly [string, string])[];
}

export interface PlacedGraph {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
  readonly isHorizontal: boolean;
}
export interface PlacedNode {
  readonly id: string;
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
}
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** Path data of SVG. */
  readonly path: string;
}

export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 52;
/** Between neighbours of a layer, and between layers. */
const GAPS = { vertical: { near: 24, far: 44 }, horizontal: { near: 16, far: 64 } } as const;
/** Of a task in a grid, with its gaps. */
const CELL = { width: NODE_WIDTH + GAPS.vertical.near, height: NODE_HEIGHT + GAPS.horizontal.near } as const;
/** A line that only passes needs less room than a task. */
const CORNER_SHARE = 0.25;
const ORDER_SWEEPS = 8;
const PLACE_SWEEPS = 10;
/** Beyond it long lines are drawn straight: the picture would be a thicket anyway. */
const CORNER_COUNT_MAX = 4_000;
/** The canvas that decides between down and across; any usual window does it. */
const CANVAS = { width: 1000, height: 700 } as const;

interface Vertex {
  /** Undefined for the corner of a line. */
  readonly id: string | undefined;
  readonly rank: number;
  readonly before: Vertex[];
  readonly after: Vertex[];
  order: number;
  place: number;
}

/** Ids in cycles (there are none in a valid pipeline) come last. */
export function layoutGraph(shape: GraphShape): PlacedGraph {
  if (shape.edges.length === 0 && shape.ids.length * CELL.height > CANVAS.height) return gridOf(shape.ids);
  const vertices = new Map(ranked(shape).map((vertex) => [vertex.id!, vertex]));
  const edges = shape.edges.filter(([from, to]) => vertices.has(from) && vertices.has(to) && vertices.get(from)!.rank < vertices.get(to)!.rank);
  const corners = edges.reduce((sum, [from, to]) => sum + vertices.get(to)!.rank - vertices.get(from)!.rank - 1, 0);
  const chains = edges.map(([from, to]) => connect(vertices.get(from)!, vertices.get(to)!, corners <= CORNER_COUNT_MAX));
  const layers = layersOf([...vertices.values(), ...chains.flatMap((chain) => chain.slice(1, -1))]);
  orderLayers(layers);
  const isHorizontal = isBetterAcross(layers);
  placeLayers(layers, isHorizontal);
  return drawn(layers, chains, isHorizontal);
}

/** Tasks that wait for nothing, as the iterations of a loop, line by line: one layer of a thousand would be a thread. */
function gridOf(ids: readonly string[]): PlacedGraph {
  const columnCount = Math.ceil(Math.sqrt((ids.length * CELL.height * CANVAS.width) / (CELL.width * CANVAS.height)));
  const rowCount = Math.ceil(ids.length / columnCount);
  return {
    nodes: ids.map((id, index) => ({ id, x: (index % columnCount) * CELL.width, y: Math.floor(index / columnCount) * CELL.height })),
    edges: [],
    width: columnCount * CELL.width - GAPS.vertical.near,
    height: rowCount * CELL.height - GAPS.horizontal.near,
    isHorizontal: false,
  };
}

function ranked({ ids, edges }: GraphShape): Vertex[] {
  const known = new Set(ids);
  const after = new Map<string, string[]>(ids.map((id) => [id, []]));
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const [from, to] of edges) {
    if (!known.has(from) || !known.has(to)) continue;
    after.get(from)!.push(to);
    waiting.set(to, waiting.get(to)! + 1);
  }
  const rank = new Map<string, number>(ids.map((id) => [id, 0]));
  const ready = ids.filter((id) => waiting.get(id) === 0);
  for (const id of ready) {
    for (const next of after.get(id)!) {
      rank.set(next, Math.max(rank.get(next)!, rank.get(id)! + 1));
      waiting.set(next, waiting.get(next)! - 1);
      if (waiting.get(next) === 0) ready.push(next);
    }
  }
  // A task that nothing leads to stands right before the first that waits for it.
  const isLedTo = new Set(edges.map(([, to]) => to));
  for (const id of ids.filter((one) => !isLedTo.has(one))) {
    const followers = after.get(id)!.map((next) => rank.get(next)!);
    if (followers.length > 0) rank.set(id, Math.min(...followers) - 1);
  }
  return ids.map((id) => ({ id, rank: rank.get(id)!, before: [], after: [], order: 0, place: 0 }));
}

/** The vertices that a line passes, its ends included. */
function connect(from: Vertex, to: Vertex, hasCorners: boolean): Vertex[] {
  const chain = [from];
  if (hasCorners) {
    for (let rank = from.rank + 1; rank < to.rank; rank++) chain.push({ id: undefined, rank, before: [], after: [], order: 0, place: 0 });
  }
  chain.push(to);
  for (let index = 1; index < chain.length; index++) {
    chain[index - 1]!.after.push(chain[index]!);
    chain[index]!.before.push(chain[index - 1]!);
  }
  return chain;
}

function layersOf(vertices: readonly Vertex[]): Vertex[][] {
  const layers: Vertex[][] = [];
  for (const vertex of vertices) (layers[vertex.rank] ??= []).push(vertex);
  for (const layer of layers) for (const [order, vertex] of layer.entries()) vertex.order = order;
  return layers;
}

function orderLayers(layers: readonly Vertex[][]): void {
  for (let sweep = 0; sweep < ORDER_SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      const wanted = new Map(layer.map((vertex) => [vertex, mean(isDown ? vertex.before : vertex.after, (one) => one.order) ?? vertex.order]));
      layer.sort((a, b) => wanted.get(a)! - wanted.get(b)! || a.order - b.order);
      for (const [order, vertex] of layer.entries()) vertex.order = order;
    }
  }
}

function mean(vertices: readonly Vertex[], valueOf: (vertex: Vertex) => number): number | undefined {
  return vertices.length === 0 ? undefined : vertices.reduce((sum, vertex) => sum + valueOf(vertex), 0) / vertices.length;
}

function isBetterAcross(layers: readonly Vertex[][]): boolean {
  const breadth = Math.max(0, ...layers.map((layer) => layer.reduce((sum, { id }) => sum + (id === undefined ? CORNER_SHARE : 1), 0)));
  const zoom = (width: number, height: number) => Math.min(1, CANVAS.width / width, CANVAS.height / height);
  const { vertical, horizontal } = GAPS;
  const down = zoom(breadth * (NODE_WIDTH + vertical.near), layers.length * (NODE_HEIGHT + vertical.far));
  const across = zoom(layers.length * (NODE_WIDTH + horizontal.far), breadth * (NODE_HEIGHT + horizontal.near));
  return across > down;
}

/** Every vertex wants to stand where its neighbours do; those of a layer keep their order and their distance. */
function placeLayers(layers: readonly Vertex[][], isHorizontal: boolean): void {
  const size = isHorizontal ? NODE_HEIGHT + GAPS.horizontal.near : NODE_WIDTH + GAPS.vertical.near;
  const sizeOf = ({ id }: Vertex) => (id === undefined ? size * CORNER_SHARE : size);
  for (const layer of layers) spread(layer, layer.map((_, index) => (index - layer.length / 2) * size), sizeOf);
  for (let sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      const wanted = layer.map((vertex) => {
        const [near, far] = isDown ? [vertex.before, vertex.after] : [vertex.after, vertex.before];
        return mean(near, (one) => one.place) ?? mean(far, (one) => one.place) ?? vertex.place;
      });
      spread(layer, wanted, sizeOf);
    }
  }
}

/** Least squares under an order: neighbours that would overlap form a block that stands at its mean (pool adjacent violators). */
function spread(layer: readonly Vertex[], wanted: readonly number[], sizeOf: (vertex: Vertex) => number): void {
  const offsets: number[] = [];
  let offset = 0;
  for (const [index, vertex] of layer.entries()) {
    if (index > 0) offset += (sizeOf(layer[index - 1]!) + sizeOf(vertex)) / 2;
    offsets.push(offset);
  }
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, place] of wanted.entries()) {
    blocks.push({ sum: place - offsets[index]!, count: 1 });
    for (let last = blocks.length - 1; last > 0; last--) {
      const [left, right] = [blocks[last - 1]!, blocks[last]!];
      if (left.sum / left.count <= right.sum / right.count) break;
      blocks.splice(last - 1, 2, { sum: left.sum + right.sum, count: left.count + right.count });
    }
  }
  let index = 0;
  for (const { sum, count } of blocks) {
    for (const end = index + count; index < end; index++) layer[index]!.place = sum / count + offsets[index]!;
  }
}

function drawn(layers: readonly Vertex[][], chains: readonly Vertex[][], isHorizontal: boolean): PlacedGraph {
  const all = layers.flat();
  const least = Math.min(...all.map(({ place }) => place), Infinity);
  const far = isHorizontal ? NODE_WIDTH + GAPS.horizontal.far : NODE_HEIGHT + GAPS.vertical.far;
  const half = isHorizontal ? NODE_HEIGHT / 2 : NODE_WIDTH / 2;
  const [depth, breadth] = isHorizontal ? [NODE_WIDTH, NODE_HEIGHT] : [NODE_HEIGHT, NODE_WIDTH];
  const point = (along: number, aside: number) => (isHorizontal ? [along, aside] : [aside, along]) as readonly [number, number];
  const centre = (vertex: Vertex) => vertex.place - least + half;
  const nodes = all.flatMap((vertex) => {
    if (vertex.id === undefined) return [];
    const [x, y] = point(vertex.rank * far, centre(vertex) - half);
    return [{ id: vertex.id, x, y }];
  });
  const edges = chains.map((chain) => {
    const points = chain.flatMap((vertex, index) => {
      const [near, back] = [vertex.rank * far, vertex.rank * far + depth];
      const ends = index === 0 ? [back] : index === chain.length - 1 ? [near] : [near, back];
      return ends.map((along) => point(along, centre(vertex)));
    });
    return { from: chain[0]!.id!, to: chain.at(-1)!.id!, path: curve(points, isHorizontal) };
  });
  const length = Math.max(0, layers.length * far - (far - depth));
  const reach = Math.max(0, ...all.map(centre)) - half + breadth;
  const [width, height] = point(length, reach);
  return { nodes, edges, width, height, isHorizontal };
}

/** Through all points, leaving and arriving in the direction of the graph. */
function curve(points: readonly (readonly [number, number])[], isHorizontal: boolean): string {
  const round = (value: number) => Math.round(value * 10) / 10;
  let path = '';
  for (const [index, [x, y]] of points.entries()) {
    const [fromX, fromY] = points[index - 1] ?? [x, y];
    if (index === 0) path += `M${round(x)} ${round(y)}`;
    else if (isHorizontal) path += `C${round((fromX + x) / 2)} ${round(fromY)} ${round((fromX + x) / 2)} ${round(y)} ${round(x)} ${round(y)}`;
    else path += `C${round(fromX)} ${round((fromY + y) / 2)} ${round(x)} ${round((fromY + y) / 2)} ${round(x)} ${round(y)}`;
  }
  return path;
}
