// The one error class for failures (I/O, foreign faults, refused input at an edge). Expected outcomes are unions instead.

/** Thrown for failures; `reason` is a CamelCase word that programs may test, `message` a sentence for people. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: string;
  /** Ids at hand: object key, run id, path. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  constructor(
    reason: string,
    message: string,
    options: { cause?: unknown; fields?: Readonly<Record<string, string | number | boolean>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.fields = options.fields ?? {};
  }
}

/** The whole chain of causes as one line, outermost first. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let current = error; current !== undefined && parts.length < 8; ) {
    parts.push(current instanceof Error ? current.message : String(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(': ');
}
