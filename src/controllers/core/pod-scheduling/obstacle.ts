// What keeps a Pod from a node: upstream's words, which tools count, and a plain clause.

export interface Obstacle {
  readonly reason: string;
  readonly clause: string;
  /** It goes when other Pods do. */
  readonly isPassing: boolean;
  /** The node has fewer such devices than it asks for. */
  readonly isOutOfDevices?: true;
}

export function lasting(reason: string, clause: string): Obstacle {
  return { reason, clause, isPassing: false };
}

export function passing(reason: string, clause: string): Obstacle {
  return { reason, clause, isPassing: true };
}
