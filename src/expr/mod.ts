// expr: the small languages that users' documents are written in. CEL (bounded), RE2 patterns, Go's number and JSON text,
// selectors, JSONPath, quantities. Pure: text and values in, values or a named failure out; nothing here waits, and
// nothing here takes longer than its written limit, whatever the text.
export {
  EXPRESSION_LENGTH_MAX,
  GO_STRING,
  celToJson,
  compileCel,
  typeOfCel,
  type CelExpression,
  type CelVariables,
} from './cel.ts';
export { fitsDay, parseCronSchedule, parseCronScheduleWithSeconds, type CalendarSchedule, type CronSchedule } from './cron-schedule.ts';
export { goDurationMs } from './go-duration.ts';
export { compareUtf8, goJsonStringify } from './gojson.ts';
export { goFormatFloat, goJsonNumber, goNumberText } from './gonumber.ts';
export { PATTERN_LENGTH_MAX, compilePattern, type Pattern } from './re2.ts';
export { escapeFieldValue, parseFieldSelector, type FieldSelector, type FieldTerm } from './field-selector.ts';
export { parseJsonPath, type JsonPath } from './jsonpath.ts';
export { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from './label-name.ts';
export { labelSelector, parseLabelSelector, type LabelRequirement, type LabelSelector } from './label-selector.ts';
export { parsed, refused, type Parsed } from './parsed.ts';
export {
  compareQuantities,
  formatQuantity,
  normaliseQuantity,
  parseQuantity,
  quantityToNumber,
  roundUpToMilli,
  type Quantity,
} from './quantity.ts';
export { RULE_LENGTH_MAX, compileTypedCel, type CelDeclaration, type TypedExpression } from './typed-cel/typed-cel.ts';
export { SCALAR, type Shape } from './typed-cel/shape.ts';
export type { CelType, ObjectType } from './typed-cel/types.ts';
export { CelAuthorizer, type AnswerAccess } from './typed-cel/access.ts';
export { CelOptional, fromJson } from './typed-cel/values.ts';
