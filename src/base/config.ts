// A room exports its configuration as data: name, type, default, one sentence. `main` parses, freezes and prints it;
// docs/reference/configuration.md is generated from it.

export interface ConfigField {
  /** kebab-case flag name without dashes; the environment variable is SLIPWAY_ + upper snake case. Units last. */
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
  readonly default: string | number | boolean | undefined;
  /** One sentence. */
  readonly sentence: string;
}
