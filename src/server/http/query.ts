// Query parameters as Go's clients and the Python client write them.
import { success, type JsonObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { badRequest } from '../refusals.ts';
import type { ListQuery } from '../verbs/list.ts';
import type { WatchQuery } from '../verbs/watch.ts';

const TRUE_TEXTS: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE_TEXTS: readonly string[] = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** Thrown inside this file only. */
class BadParameter extends Error {
  override readonly name = 'BadParameter';
}

/** Runs a reader of parameters; a parameter that can't be read becomes a 400 that names it. */
export function readQuery<T>(query: URLSearchParams, read: (parameters: Parameters) => T): Outcome<T> {
  try {
    return success(read(new Parameters(query)));
  } catch (error) {
    if (error instanceof BadParameter) return badRequest(error.message);
    throw error;
  }
}

export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  get isEmpty(): boolean {
    return this.#query.size === 0;
  }

  /** Undefined when absent or empty. */
  text(name: string): string | undefined {
    const value = this.#query.get(name);
    return value === null || value === '' ? undefined : value;
  }

  /** As Go's ParseBool: Python sends True. */
  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (TRUE_TEXTS.includes(value)) return true;
    if (FALSE_TEXTS.includes(value)) return false;
    throw new BadParameter(`${name}: Invalid value: ${JSON.stringify(value)}: must be true or false`);
  }

  /** A whole number of at least 0. */
  integer(name: string): number | undefined {
    return this.#number(name, /^\d+$/);
  }

  /** A whole number, also below 0. */
  signedInteger(name: string): number | undefined {
    return this.#number(name, /^-?\d+$/);
  }

  #number(name: string, pattern: RegExp): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (pattern.test(value) && Number.isSafeInteger(number)) return number;
    throw new BadParameter(`${name}: Invalid value: ${JSON.stringify(value)}: must be a whole number`);
  }

  /** RFC 3339. */
  time(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || (/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value)))) return value;
    throw new BadParameter(`${name}: Invalid value: ${JSON.stringify(value)}: must be a time like 2006-01-02T15:04:05Z`);
  }

  /** As clients write that there is none: -1. */
  integerOrNone(name: string): number | undefined {
    return /^-\d+$/.test(this.text(name) ?? '') ? undefined : this.integer(name);
  }

  refuse(name: string, why: string): void {
    if (this.#query.has(name)) throw new BadParameter(`${name} ${why}`);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const supported = allowed.map((candidate) => `"${candidate}"`).join(', ');
    throw new BadParameter(`${name}: Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`);
  }

  /** Each time that it is said: whoever asks for a dry run in words that nobody knows must not change anything. */
  dryRun(): true | undefined {
    const values = this.#query.getAll('dryRun');
    const unknown = values.find((value) => value !== 'All');
    if (unknown !== undefined) throw new BadParameter(`dryRun: Unsupported value: ${JSON.stringify(unknown)}: supported values: "All"`);
    return values.length > 0 ? true : undefined;
  }

  /** Members that are undefined left out. */
  static compact<T extends object>(parts: { readonly [K in keyof T]: T[K] | undefined }): T {
    return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
  }
}

export function listQueryOf(parameters: Parameters): ListQuery {
  parameters.refuse('sendInitialEvents', 'is forbidden for list; add watch=true');
  // Lists take no time, but what is no number is a mistake.
  parameters.integerOrNone('timeoutSeconds');
  return {
    labelSelector: parameters.text('labelSelector'),
    fieldSelector: parameters.text('fieldSelector'),
    limit: parameters.integerOrNone('limit'),
    continueToken: parameters.text('continue'),
    resourceVersion: parameters.text('resourceVersion'),
    resourceVersionMatch: parameters.oneOf('resourceVersionMatch', ['Exact', 'NotOlderThan']),
  };
}

export function watchQueryOf(parameters: Parameters): WatchQuery {
  return {
    labelSelector: parameters.text('labelSelector'),
    fieldSelector: parameters.text('fieldSelector'),
    resourceVersion: parameters.text('resourceVersion'),
    resourceVersionMatch: parameters.oneOf('resourceVersionMatch', ['Exact', 'NotOlderThan']),
    sendInitialEvents: parameters.boolean('sendInitialEvents'),
    allowBookmarks: parameters.boolean('allowWatchBookmarks'),
    timeoutSeconds: parameters.integer('timeoutSeconds'),
  };
}

const NO_WRITE_OPTIONS: WriteOptions = { fieldValidation: 'Warn' };
const FIELD_VALIDATIONS = ['Strict', 'Warn', 'Ignore'] as const;
export const POLICIES = ['Background', 'Foreground', 'Orphan'] as const;

export function writeOptionsOf(parameters: Parameters): WriteOptions {
  if (parameters.isEmpty) return NO_WRITE_OPTIONS;
  return {
    ...Parameters.compact<WriteOptions>({
      fieldManager: parameters.text('fieldManager'),
      force: parameters.boolean('force'),
      dryRun: parameters.dryRun(),
    }),
    fieldValidation: parameters.oneOf('fieldValidation', FIELD_VALIDATIONS) ?? 'Warn',
  };
}

/** As a DeleteOptions object has them. */
export function deleteParametersOf(parameters: Parameters): JsonObject {
  return Parameters.compact<JsonObject>({
    gracePeriodSeconds: parameters.signedInteger('gracePeriodSeconds'),
    propagationPolicy: parameters.oneOf('propagationPolicy', POLICIES),
    orphanDependents: parameters.boolean('orphanDependents'),
    dryRun: parameters.dryRun() === true ? ['All'] : undefined,
  });
}
