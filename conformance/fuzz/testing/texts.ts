// Languages in which users write: pipelines, conditions, rules, paths, selectors, quantities, patterns.
import { Failure } from '../../../src/base/mod.ts';
import { compareQuantities, compileCel, compilePattern, compileTypedCel, formatQuantity, fromJson, goFormatFloat, parseFieldSelector, parseJsonPath, parseLabelSelector, parseQuantity, roundUpToMilli, SCALAR, type CelDeclaration } from '../../../src/expr/mod.ts';
import { parsePipelineText } from '../../../src/ir/mod.ts';
import type { Entrance } from '../entrance.ts';

type Attempt = (text: string) => boolean;

/** `attempt` says whether the text was taken; a Failure with one of the reasons is a refusal. */
export function textEntrance(name: string, words: readonly string[], attempt: Attempt, reasons: readonly string[] = []): Entrance {
  return {
    name,
    words,
    open: () =>
      Promise.resolve({
        attempt: async (input) => {
          try {
            return attempt(input.toString('utf8')) ? 'taken' : 'refused';
          } catch (error) {
            if (error instanceof Failure && reasons.includes(error.reason)) return 'refused';
            throw error;
          }
        },
        close: () => Promise.resolve(),
      }),
  };
}

export const pipelineEntrance = textEntrance(
  'pipeline',
  ['parameterType', 'NUMBER_INTEGER', 'componentInputParameter', 'taskOutputParameter', 'dependentTasks', 'triggerPolicy', 'parameterIterator', 'importer', 'artifactSelectors', 'exec-greet', 'comp-greet', '{{$.inputs.parameters[', 'platforms', 'kubernetes', 'retryPolicy', 'defaultValue', 'schemaVersion'],
  (text) => parsePipelineText(text).ok,
);

const VARIABLES = { inputs: { parameter_values: { n: 3, text: 'moon', list: [1, 2, { a: null }], flag: true } }, tasks: {} };

export const celEntrance = textEntrance(
  'cel',
  ["inputs.parameter_values['n']", ' == ', ' && ', ' || ', '!', 'int(', 'double(', 'string(', 'size(', '.matches(', '.all(x, ', '.map(x, ', '.exists(x, ', ' in ', ' ? ', ' : ', '[', '{', "'", '(', ')', '9223372036854775807', '1e400', 'timestamp(', 'duration(', '.startsWith('],
  (text) => {
    compileCel(text).evaluate(VARIABLES);
    return true;
  },
  ['InvalidExpression', 'InvalidPattern'],
);

const SELF: Readonly<Record<string, CelDeclaration>> = { self: { type: { kind: 'dyn' }, shape: SCALAR } };
const BUDGET = 100_000;

export const ruleEntrance = textEntrance(
  'rule',
  ['self', ' == ', ' && ', 'has(self.', '.all(x, ', '.exists_one(x, ', '.filter(x, ', '.map(x, ', 'size(', '.matches(', 'quantity(', 'url(', 'ip(', 'cidr(', '.find(', 'duration(', 'optional.of(', '.orValue(', 'sets.contains(', '.split(', '.replace(', '[?', 'int(', 'b"', '1u'],
  (text) => {
    compileTypedCel(text, SELF).evaluate({ self: fromJson({ kind: 'dyn' }, { a: 1, list: ['x', 'y'], text: 'moon', size: '1Ki' }) }, BUDGET);
    return true;
  },
  ['InvalidExpression', 'InvalidPattern', 'CostExceeded'],
);

const DOCUMENT = { spec: { containers: [{ name: 'a', ports: [1, 2] }, { name: 'b' }], 'a.b': 'c' }, items: [[1], [2, 3]] };

export const pathEntrance = textEntrance('path', ['.spec', '[*]', '..', '[0]', '[-1]', '[1:2]', "['a.b']", '[?(@.name=="a")]', '@', '$', '{', '}', '*', '\\.'], (text) => {
  const path = parseJsonPath(text);
  if (path.ok) path.value.find(DOCUMENT);
  return path.ok;
});

export const selectorEntrance = textEntrance(
  'selector',
  ['in (', 'notin (', '!', '==', '!=', ',', 'a.b/c', 'metadata.name=', '\\,', '1Ki', '1e3', 'm', '0.1', '-', '(?i)', '(a*)*', '[[:alpha:]]', '\\p{Greek}', '{1,1000}'],
  (text) => {
    const labels = parseLabelSelector(text);
    const fields = parseFieldSelector(text);
    const quantity = parseQuantity(text);
    if (labels.ok) labels.value.matches({ app: 'x' });
    if (quantity.ok) {
      formatQuantity(roundUpToMilli(quantity.value));
      compareQuantities(quantity.value, quantity.value);
    }
    goFormatFloat(Number(text), 'g');
    return isPattern(text) || labels.ok || fields.ok || quantity.ok;
  },
);

function isPattern(text: string): boolean {
  try {
    compilePattern(text).test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!');
    return true;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'InvalidPattern') return false;
    throw error;
  }
}
