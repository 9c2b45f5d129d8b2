// What the doctor finds out about a machine.

export interface Finding {
  readonly subject: string;
  /** `lacking`: works, but something is slower or weaker. `broken`: Slipway does not work like this. */
  readonly verdict: 'good' | 'lacking' | 'broken';
  /** What is there, as a phrase. */
  readonly observation: string;
  /** What to do; only when something is not good. */
  readonly nextStep?: string;
}
