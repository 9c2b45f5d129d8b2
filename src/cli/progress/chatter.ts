// Lines that the kfp runtime writes into every step's log before and after the user's own. The progress displays leave them
// out; `slipway logs` shows everything.

const RUNTIME_LINE = /^\[KFP Executor [^\]]*\]: /;
/** After it, the runtime prints the executor input as indented JSON. */
const DUMP_BEGINS = /Got executor_input:$/;
const DUMP_LINE = /^(\{|\}|\s|$)/;

/** A function over the lines of one log, in order: true for those that say nothing about the step. */
export function createChatterFilter(): (line: string) => boolean {
  let isInDump = false;
  return (line) => {
    if (RUNTIME_LINE.test(line)) {
      isInDump = DUMP_BEGINS.test(line);
      return true;
    }
    const isDump = isInDump && DUMP_LINE.test(line);
    isInDump = isDump && line !== '}';
    return isDump;
  };
}
