// How large values can get, for the estimate of what an expression costs. From the limits of a schema, or from the size of a request.

export interface Shape {
  /** Characters of a text, items of a list, entries of a map. */
  readonly sizeMax: number;
  readonly item?: Shape;
  readonly key?: Shape;
  readonly field?: (name: string) => Shape | undefined;
}

/** Nothing is known: upstream takes the largest number there is. */
const UNBOUNDED: Shape = { sizeMax: 2 ** 63 };
export const SCALAR: Shape = { sizeMax: 1 };

export function boundOf(shape: Shape | undefined): Shape {
  return shape ?? UNBOUNDED;
}

export function sized(sizeMax: number, item?: Shape): Shape {
  return { sizeMax, ...(item === undefined ? {} : { item }) };
}

export function larger(a: Shape, b: Shape): Shape {
  return a.sizeMax >= b.sizeMax ? a : b;
}
