// What is known of single files: the end that their authors expect, where the folder's name does not tell it, and parameters
// for those that have required ones. Files not named here are judged by what their pipeline asks for (needs.ts).
import type { JsonObject } from '../../src/base/mod.ts';

export type ExpectedEnd =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  /** Can't run on a laptop without `what`; the run ends with a sentence that has one of the words of `mentions`. */
  | { readonly kind: 'needs'; readonly what: string; readonly mentions: readonly string[] };

export interface FileExpectation {
  /** End of the path. */
  readonly file: string;
  readonly end?: ExpectedEnd;
  readonly parameters?: JsonObject;
  /** Kubernetes objects that the pipeline takes for given; path and body of a POST. */
  readonly objects?: readonly { readonly path: string; readonly body: JsonObject }[];
}

export const EXPECTATIONS: readonly FileExpectation[] = [];

export function expectationFor(file: string): FileExpectation | undefined {
  return EXPECTATIONS.find((expectation) => file === expectation.file || file.endsWith(`/${expectation.file}`));
}
