// What keeps a Pod from a node: upstream's words, which tools count, and a plain clause.

export interface Obstacle {
  readonly reason: string;
  readonly clause: string;
  /** It goes when other Pods do. */
  readonly isPassing: boolean;
}

export function lasting(reason: string, clause: string): Obstacle {
  return { reason, clause, isPassing: false };
}

export function passing(reason: string, clause: string): Obstacle {
  return { reason, clause, isPassing: true };
}
