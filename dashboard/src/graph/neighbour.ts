// Which task lies where: under the pointer, or next in the direction of an arrow key.
import { NODE_HEIGHT, NODE_WIDTH, type PlacedNode } from './layout.ts';

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
/** Distances count in cards; sideways ones count this much more than those ahead. */
const ASIDE_WEIGHT = 1.5;

/** Undefined when the key is no arrow, or nothing lies there. */
export function neighbourOf(nodes: readonly PlacedNode[], id: string, key: string): PlacedNode | undefined {
  const [dx, dy] = DIRECTIONS[key] ?? [0, 0];
  const here = nodes.find((node) => node.id === id);
  if (here === undefined || (dx === 0 && dy === 0)) return undefined;
  let best: PlacedNode | undefined;
  let bestDistance = Infinity;
  for (const node of nodes) {
    const [x, y] = [(node.x - here.x) / NODE_WIDTH, (node.y - here.y) / NODE_HEIGHT];
    const ahead = x * dx + y * dy;
    if (ahead <= 0) continue;
    const distance = ahead + ASIDE_WEIGHT * Math.abs(x * dy + y * dx);
    if (distance < bestDistance) [best, bestDistance] = [node, distance];
  }
  return best;
}

export function nodeAt(nodes: readonly PlacedNode[], x: number, y: number): PlacedNode | undefined {
  return nodes.find((node) => x >= node.x && x <= node.x + NODE_WIDTH && y >= node.y && y <= node.y + NODE_HEIGHT);
}
