// From the last lines of a step's output to one sentence that says why it failed. The whole output is in the step's log.
import { stripVTControlCharacters } from 'node:util';
import type { StepResult } from '../../api/mod.ts';
import type { TaskValues } from '../../records/mod.ts';

const SENTENCE_LENGTH_MAX = 500;
/** The executor of kfp prints its input, indented, before it starts: nothing of that says why a step failed. */
const END_OF_JSON = '}';
/** Lines of an exception's text. */
const EXCEPTION_LINES_MAX = 5;
const TRACEBACK = 'Traceback (most recent call last)';
/** Clients of Kubernetes and of kfp print them before the answer, which says why. */
const HEADERS = 'HTTP response headers:';

/**
 * `message` is what the step printed last, or what the node says about its end; `inputs` are the artifacts that the step was
 * given.
 */
export function failureSentence({ message, reason, exitCode, missingInputs = [] }: StepResult, inputs: TaskValues['artifacts'] = {}): string {
  const code = exitCode === undefined || exitCode === 1 || exitCode === 0 ? '' : ` (exit code ${exitCode})`;
  const told = reason === 'Error' ? lastWords(message ?? '') : (message ?? '');
  const sentence = told === '' ? toldByCode(exitCode) : `${told.length > SENTENCE_LENGTH_MAX ? `${told.slice(0, SENTENCE_LENGTH_MAX)}…` : told}${reason === 'Error' ? code : ''}`;
  const missing = missingInputs.map(({ key, uri }) => `; the bytes of its input artifact "${key}" are not here: ${uri}`).join('');
  const hints = `${missing}${noneHint(sentence, inputs)}${accountHint(sentence)}`;
  return `${hints === '' ? sentence : sentence.replace(/\.$/, '')}${hints}`;
}

/** What clients of Kubernetes say in a Pod without a token. */
const NO_ACCOUNT = /Service host\/port is not set|Service token file does not exist|No configuration found/;

function accountHint(sentence: string): string {
  return NO_ACCOUNT.test(sentence) ? '; a step may ask the Kubernetes API when its code names Kubernetes, or its run an account (service_account="pipeline-runner")' : '';
}

/** The executor of the SDK (2.0.0 to 2.17.3) gives a function None in place of an empty list of artifacts. */
function noneHint(sentence: string, inputs: TaskValues['artifacts']): string {
  if (!sentence.includes("'NoneType' object")) return '';
  const empty = Object.keys(inputs).filter((name) => inputs[name]!.length === 0);
  return empty.map((name) => `; its input "${name}" is an empty list of artifacts, which the kfp SDK hands over as None`).join('');
}

function toldByCode(exitCode: number | undefined): string {
  if (exitCode === undefined) return 'the step failed';
  const signal = SIGNALS[exitCode - SIGNALLED];
  return `the step ended with exit code ${exitCode}${signal === undefined ? '' : ` (that of a process killed by ${signal})`}`;
}

/** A shell, and Kubernetes, tells a signal by this much more than its number. */
const SIGNALLED = 128;
const SIGNALS: Readonly<Record<number, string>> = { 2: 'SIGINT', 4: 'SIGILL', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL', 11: 'SIGSEGV', 13: 'SIGPIPE', 15: 'SIGTERM' };

/** The text of the last Python exception, else the last line. */
function lastWords(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
  return lastException(lines) ?? lines.slice(lines.lastIndexOf(END_OF_JSON) + 1).at(-1)?.trim() ?? '';
}

/** Behind the last place that a traceback names comes the exception: `ValueError: no such column`. */
function lastException(lines: readonly string[]): string | undefined {
  const place = lines.findLastIndex((line) => /^ {2}File ".*", line \d+/.test(line));
  if (place < 0) return undefined;
  const start = lines.findIndex((line, index) => index > place && /^\w/.test(line));
  if (start < 0) return undefined;
  // Other lines of the log may follow; those of the executor of kfp begin with a bracket.
  const end = lines.findIndex((line, index) => index > start && line.startsWith('['));
  const text = lines.slice(start, end < 0 ? lines.length : end).filter((line) => !line.startsWith(HEADERS));
  // A notebook that fails is told with the cell and its own traceback, at the end of which stands why.
  const told = text.some((line) => line.endsWith(TRACEBACK)) ? [text[0]!, text.at(-1)!] : text.slice(0, EXCEPTION_LINES_MAX);
  return told.join(' ');
}
