// IR documents are kept once, by the digest of their JSON text: a hundred runs of a pipeline share one row. Parsed
// documents are shared too, frozen, within a memory limit.
import { assert, deepFreeze, sha256Hex, type JsonObject } from '../base/mod.ts';
import type { Database, Transaction } from '../sql/mod.ts';
import type { SpecCodec } from './tables.ts';

/** Text length of the parsed documents that are kept in memory. */
const CACHED_TEXT_CHARACTERS_MAX = 8 * 1024 * 1024;

const SELECT = 'SELECT text FROM specs WHERE sha256 = ?';
const SELECT_PRESENCE = 'SELECT 1 FROM specs WHERE sha256 = ?';
const INSERT = 'INSERT INTO specs (sha256, text) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING';
const DELETE_UNUSED = `
  DELETE FROM specs WHERE sha256 = ?1
    AND NOT EXISTS (SELECT 1 FROM runs WHERE spec_sha256 = ?1)
    AND NOT EXISTS (SELECT 1 FROM pipeline_versions WHERE spec_sha256 = ?1)
    AND NOT EXISTS (SELECT 1 FROM recurring_runs WHERE spec_sha256 = ?1)`;

export class Specs {
  readonly #digests = new WeakMap<object, string>();
  /** Least recently used first. */
  readonly #parsed = new Map<string, { readonly spec: JsonObject; readonly textLength: number }>();
  #parsedTextLength = 0;

  /** For reading: a record that carries a spec can't be encoded with it. */
  reading(database: Pick<Database, 'get'>): SpecCodec {
    return {
      digestOf: () => assert(false, 'a spec can only be stored by a write') as never,
      specOf: (sha256) => this.#read(database, sha256),
    };
  }

  /** For a write: stores specs that are not there yet. */
  writing(transaction: Transaction): SpecCodec {
    return {
      digestOf: (spec) => this.#store(transaction, spec as object),
      specOf: (sha256) => this.#read(transaction, sha256),
    };
  }

  deleteUnused(transaction: Transaction, sha256: string): void {
    transaction.run(DELETE_UNUSED, sha256);
  }

  #store(transaction: Transaction, spec: object): string {
    const known = this.#digests.get(spec);
    // A digest known by identity may belong to a row of a write that was rolled back or deleted since: look.
    if (known !== undefined && transaction.get(SELECT_PRESENCE, known) !== undefined) return known;
    const text = JSON.stringify(spec);
    const sha256 = sha256Hex(text);
    transaction.run(INSERT, sha256, text);
    if (Object.isFrozen(spec)) this.#remember(sha256, spec as JsonObject, text.length);
    return sha256;
  }

  #read(database: Pick<Database, 'get'>, sha256: string): JsonObject {
    const cached = this.#parsed.get(sha256);
    if (cached !== undefined) {
      this.#parsed.delete(sha256);
      this.#parsed.set(sha256, cached);
      return cached.spec;
    }
    const row = database.get<{ text: string }>(SELECT, sha256);
    assert(row !== undefined, `spec ${sha256} is missing`);
    const spec = deepFreeze(JSON.parse(row.text) as JsonObject);
    this.#remember(sha256, spec, row.text.length);
    return spec;
  }

  /** The next reader gets this very object. A write that is rolled back leaves text that may be stored again. */
  #remember(sha256: string, spec: JsonObject, textLength: number): void {
    this.#digests.set(spec, sha256);
    if (this.#parsed.has(sha256)) return;
    this.#parsed.set(sha256, { spec, textLength });
    this.#parsedTextLength += textLength;
    for (const [oldest, entry] of this.#parsed) {
      if (this.#parsedTextLength <= CACHED_TEXT_CHARACTERS_MAX || oldest === sha256) break;
      this.#parsed.delete(oldest);
      this.#parsedTextLength -= entry.textLength;
    }
  }
}
