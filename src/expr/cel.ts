// The Common Expression Language, bounded: text length, syntax tree and evaluation time all have a maximum, and
// `matches` runs on RE2. Numbers of JSON are CEL doubles, integer literals are CEL ints (BigInt).
import { createContext, Script, type Context } from 'node:vm';
import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { Failure, describeError, type Json } from '../base/mod.ts';
import { goFormatFloat } from './gonumber.ts';
import { compilePattern, type Pattern } from './re2.ts';

export const EXPRESSION_LENGTH_MAX = 16_384;
/** A JSON text that `parseJson` is given. */
export const PARSED_JSON_LENGTH_MAX = 4_194_304;
const SYNTAX_NODES_MAX = 4_000;
const SYNTAX_DEPTH_MAX = 100;
const CACHED_EXPRESSIONS_MAX = 500;
const CACHED_PATTERNS_MAX = 100;
/** Of an expression, in an error message. */
const SHOWN_LENGTH_MAX = 300;
/** Processor time, for expressions with a loop in them (`all`, `map`, …); the others can't take long. */
const EVALUATION_TIME_MAX_MS = 50;
/** The watchdog counts time that passes; on a machine that is busy with others an expression gets this many tries. */
const EVALUATION_TRIES_MAX = 20;

export type CelVariables = Readonly<Record<string, Json>>;

export interface CelExpression {
  readonly text: string;
  /** The parsed expression, for explanations. */
  readonly syntax: ASTNode;
  /** Throws Failure `InvalidExpression` when a name, an operator or a conversion does not fit the values. */
  evaluate(variables: CelVariables): unknown;
}

/** Parses an expression (a bounded cache keeps the last ones). Throws Failure `InvalidExpression`. */
export function compileCel(text: string): CelExpression {
  const cached = expressions.get(text);
  if (cached !== undefined) return cached;
  const compiled = parseCel(text);
  remember(expressions, text, compiled, CACHED_EXPRESSIONS_MAX);
  return compiled;
}

/**
 * The type of what the expression gives, by its text alone: `dyn` when only the values tell. Throws Failure `InvalidExpression` for
 * a text that is no CEL, for other names than these, and for operands that no values can make fit (`'a' > 1`).
 */
export function typeOfCel(text: string, names: readonly string[]): string {
  compileCel(text);
  const { valid, type = 'dyn', error } = environmentWith(names).check(text);
  if (valid) return type;
  throw new Failure('InvalidExpression', `The expression ${shorten(text)} can not be evaluated: ${firstLine(describeError(error))}`, { cause: error });
}

/** The JSON of a CEL result; throws Failure `InvalidExpression` for what JSON has no word for (bytes, durations). */
export function celToJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new Failure('InvalidExpression', `The expression gives ${goFormatFloat(value, 'g')}, which JSON can't hold.`);
  }
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(celToJson);
  const entries = value instanceof Map ? [...value.entries()] : isPlainObject(value) ? Object.entries(value) : undefined;
  if (entries === undefined) throw new Failure('InvalidExpression', 'The expression gives a value that JSON has no word for.');
  return Object.fromEntries(entries.map(([key, member]) => [String(key), celToJson(member)]));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const expressions = new Map<string, CelExpression>();
const patterns = new Map<string, Pattern>();

/** Stands in for `matches`, whose built-in form would run on the backtracking engine. */
const SAFE_MATCHES = 'matchesRe2';
/** Stands in for `string`, which must write floats as Go does; in the parsed expression, too. */
export const GO_STRING = 'goString';

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: SYNTAX_NODES_MAX, maxDepth: SYNTAX_DEPTH_MAX },
})
  .registerFunction('parseJson(string): dyn', parseJson)
  .registerFunction(`string.${SAFE_MATCHES}(string): bool`, matchesRe2)
  .registerFunction(`${GO_STRING}(double): string`, (float: number) => goFormatFloat(float, 'g'))
  .registerFunction(`${GO_STRING}(bytes): string`, (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8'))
  .registerFunction(`${GO_STRING}(google.protobuf.Timestamp): string`, (time: Date) => time.toISOString());
for (const type of ['string', 'bool', 'int', 'uint', 'google.protobuf.Duration']) {
  environment.registerFunction(`${GO_STRING}(${type}): string`, String);
}

const environmentsByNames = new Map<string, Environment>();

/** For checks: it knows these names and no others. */
function environmentWith(names: readonly string[]): Environment {
  const key = names.join();
  let known = environmentsByNames.get(key);
  if (known === undefined) {
    known = environment.clone({ unlistedVariablesAreDyn: false });
    for (const name of names) known.registerVariable(name, 'dyn');
    environmentsByNames.set(key, known);
  }
  return known;
}

function parseCel(text: string): CelExpression {
  if (text.length > EXPRESSION_LENGTH_MAX) {
    throw new Failure(
      'InvalidExpression',
      `The expression has ${text.length} characters; at most ${EXPRESSION_LENGTH_MAX} are allowed.`,
    );
  }
  const parsed = attempt(text, 'is not valid CEL', () => environment.parse(text));
  const hasLoop = makeSafe(parsed.ast);
  return {
    text,
    syntax: parsed.ast,
    evaluate: (variables) =>
      attempt(text, 'can not be evaluated', () =>
        hasLoop ? withinTime(() => parsed(variables) as unknown) : (parsed(variables) as unknown),
      ),
  };
}

const LOOPING_CALLS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);

/** Puts the room's own functions in place of two built-in ones, and tells whether a macro that loops occurs. */
function makeSafe(node: unknown): boolean {
  if (Array.isArray(node)) return node.map(makeSafe).some(Boolean);
  if (!isSyntaxNode(node)) return false;
  if (node.op === 'call' && node.args[0] === 'string') node.args[0] = GO_STRING;
  if (node.op !== 'rcall') return makeSafe(node.args);
  const [name] = node.args;
  if (name === 'matches') node.args[0] = SAFE_MATCHES;
  return makeSafe(node.args.slice(1)) || LOOPING_CALLS.has(name);
}

function isSyntaxNode(node: unknown): node is ASTNode {
  return typeof node === 'object' && node !== null && 'op' in node && 'args' in node;
}

/**
 * Loops over user data are cut off by V8's watchdog; memory is bounded with time. What was cut off before it had its processor
 * time is evaluated again: it reads values only.
 */
function withinTime(evaluate: () => unknown): unknown {
  watched ??= { call: new Script('evaluate()'), scope: createContext({}) };
  watched.scope['evaluate'] = evaluate;
  for (let tryCount = 1; ; tryCount++) {
    const { user, system } = process.threadCpuUsage();
    try {
      return watched.call.runInContext(watched.scope, { timeout: EVALUATION_TIME_MAX_MS });
    } catch (error) {
      const used = process.threadCpuUsage();
      const usedMs = (used.user - user + used.system - system) / 1000;
      const isCutOff = (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
      if (!isCutOff || usedMs >= EVALUATION_TIME_MAX_MS / 2 || tryCount === EVALUATION_TRIES_MAX) throw error;
    }
  }
}

/** Made at the first use: a V8 context costs about half a megabyte. */
let watched: { readonly call: Script; readonly scope: Context } | undefined;

function attempt<T>(text: string, complaint: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const sentence = `The expression ${shorten(text)} ${complaint}: ${firstLine(describeError(error))}`;
    throw new Failure('InvalidExpression', sentence, { cause: error });
  }
}

function shorten(text: string): string {
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

function parseJson(text: string): unknown {
  if (text.length > PARSED_JSON_LENGTH_MAX) {
    throw new Failure('InvalidExpression', `parseJson was given ${text.length} characters; at most ${PARSED_JSON_LENGTH_MAX} are allowed.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Failure('InvalidExpression', 'parseJson was given a text that is not JSON.', { cause: error });
  }
}

function matchesRe2(text: string, source: string): boolean {
  const pattern = patterns.get(source) ?? compilePattern(source);
  remember(patterns, source, pattern, CACHED_PATTERNS_MAX);
  return pattern.test(text);
}

/** Least recently added goes first. */
function remember<T>(cache: Map<string, T>, key: string, value: T, countMax: number): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > countMax) cache.delete(cache.keys().next().value!);
}
