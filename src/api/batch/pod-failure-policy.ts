// podFailurePolicy of a Job: what the exit codes or the conditions of a failed Pod mean.
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { duplicate, invalid, invalidWhole, notSupported, required, tooMany } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';

const RULE_COUNT_MAX = 20;
const EXIT_CODE_COUNT_MAX = 255;
const PATTERN_COUNT_MAX = 20;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

export function failurePolicyCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const rules = itemsAt(spec, 'podFailurePolicy', 'rules');
  return [
    ...(rules.length > RULE_COUNT_MAX ? [tooMany(`${path}.rules`, rules.length, RULE_COUNT_MAX)] : []),
    ...rules.flatMap((rule, index) => ruleCauses(rule, spec, `${path}.rules[${index}]`)),
  ];
}

function ruleCauses(rule: Json, spec: JsonObject, path: string): readonly StatusCause[] {
  const exitCodes = fieldOf(rule, 'onExitCodes');
  const patterns = itemsAt(rule, 'onPodConditions');
  return [
    ...actionCauses(rule, spec, `${path}.action`),
    ...(isJsonObject(exitCodes) ? exitCodeCauses(exitCodes, spec, `${path}.onExitCodes`) : []),
    ...patternListCauses(patterns, `${path}.onPodConditions`),
    ...(exitCodes !== undefined && patterns.length > 0 ? [invalidWhole(path, 'specifying both OnExitCodes and OnPodConditions is not supported')] : []),
    ...(exitCodes === undefined && patterns.length === 0 ? [invalidWhole(path, 'specifying one of OnExitCodes and OnPodConditions is required')] : []),
  ];
}

function actionCauses(rule: Json, spec: JsonObject, path: string): readonly StatusCause[] {
  const action = textAt(rule, '', 'action');
  if (action === '') return [required(path, validValues(ACTIONS))];
  if (!ACTIONS.includes(action)) return [notSupported(path, action, ACTIONS)];
  const isUnsuited = action === 'FailIndex' && spec['backoffLimitPerIndex'] === undefined;
  return isUnsuited ? [invalid(path, action, 'requires the backoffLimitPerIndex to be set')] : [];
}

function exitCodeCauses(requirement: JsonObject, spec: JsonObject, path: string): readonly StatusCause[] {
  const operator = textAt(requirement, '', 'operator');
  const containerName = fieldOf(requirement, 'containerName');
  const names = ['containers', 'initContainers'].flatMap((list) => itemsAt(spec, 'template', 'spec', list)).map((container) => textAt(container, '', 'name'));
  const values = itemsAt(requirement, 'values').map(Number);
  const causes: StatusCause[] = [];
  if (operator === '') causes.push(required(`${path}.operator`, validValues(OPERATORS)));
  else if (!OPERATORS.includes(operator)) causes.push(notSupported(`${path}.operator`, operator, OPERATORS));
  if (typeof containerName === 'string' && !names.includes(containerName)) {
    causes.push(invalid(`${path}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template'));
  }
  if (values.length === 0) causes.push(invalid(`${path}.values`, values, 'at least one value is required'));
  else if (values.length > EXIT_CODE_COUNT_MAX) causes.push(tooMany(`${path}.values`, values.length, EXIT_CODE_COUNT_MAX));
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) causes.push(invalid(`${path}.values[${index}]`, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < index) causes.push(duplicate(`${path}.values[${index}]`, value));
  });
  if (values.some((value, index) => index > 0 && values[index - 1]! > value)) causes.push(invalid(`${path}.values`, values, 'must be ordered'));
  return causes;
}

function patternListCauses(patterns: readonly Json[], path: string): readonly StatusCause[] {
  return [
    ...(patterns.length > PATTERN_COUNT_MAX ? [tooMany(path, patterns.length, PATTERN_COUNT_MAX)] : []),
    ...patterns.flatMap((pattern, index) => {
      const [type, status] = [textAt(pattern, '', 'type'), textAt(pattern, '', 'status')];
      return [
        ...(isQualifiedName(type) ? [] : [invalid(`${path}[${index}].type`, type, QUALIFIED_NAME_SENTENCE)]),
        ...(STATUSES.includes(status) ? [] : [notSupported(`${path}[${index}].status`, status, STATUSES)]),
      ];
    }),
  ];
}

function validValues(words: readonly string[]): string {
  return `valid values: [${words.map((word) => JSON.stringify(word)).join(' ')}]`;
}
