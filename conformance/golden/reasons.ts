// Why answers differ from those of upstream, for every line of known-differences. The first rule that fits a line counts.

export interface Reason {
  /** Files of known-differences. */
  readonly files: readonly string[];
  /** Fits lines. */
  readonly lines: RegExp;
  /** `gap` is something that Slipway should do and does not do yet. */
  readonly kind: 'by choice' | 'gap';
  readonly reason: string;
}

const ERRORS = ['status-errors'];

export const REASONS: readonly Reason[] = [
  {
    files: ['status-messages', 'custom-resource-messages'],
    lines: /./,
    kind: 'by choice',
    reason: 'The same refusal in other words: a sentence of ours names the field and what to do. Code, reason and fields are compared separately.',
  },
  { files: ['apply'], lines: /lastProbeTime|lastTransitionTime/, kind: 'by choice', reason: 'Times that nobody set are left out; upstream writes them as null.' },
  { files: ['apply'], lines: /^what apply refuses/, kind: 'by choice', reason: 'Upstream answers 500 to documents of server-side apply that do not fit the schema, and takes a `force` that is no boolean; here both are mistakes of the client.' },
  { files: ['custom-resources'], lines: /description/, kind: 'by choice', reason: 'Descriptions of columns are our own words.' },
  { files: ['defaults'], lines: /^Event: /, kind: 'by choice', reason: 'Empty texts are not written.' },
  { files: ['defaults'], lines: /^Pod: remote volumes/, kind: 'by choice', reason: 'Volumes of iSCSI, RBD and Azure can not be mounted here; their defaults are not filled in.' },
  { files: ['defaults'], lines: /^Secret with plain texts/, kind: 'by choice', reason: '`stringData` becomes `data` when the object is written, upstream does it with the defaults: the stored object is the same.' },
  { files: ['defaults'], lines: /^StatefulSet/, kind: 'by choice', reason: 'Templates of claims do not repeat their own type.' },
  { files: ['strategic-merge'], lines: /./, kind: 'by choice', reason: 'A `$retainKeys` inside an element that is new is understood; upstream takes it for an unknown field, and refuses it with `fieldValidation=Strict`.' },
  { files: ['yaml'], lines: /^(?!%).*\\n(---|\.\.\.)|^\{a: 1\}|^ a: 1/, kind: 'by choice', reason: 'What stands after the first document of a YAML body is refused; upstream forgets it without a word.' },
  { files: ['yaml'], lines: /./, kind: 'by choice', reason: 'The grammar is that of YAML 1.2: more escapes, directives and characters are taken, and a closing bracket stands further right than the key of its list.' },
  { files: ERRORS, lines: /^already there.* [89] /, kind: 'by choice', reason: 'Upstream answers 500 to a resource version that is no number; here it is a mistake of the client.' },
  { files: ERRORS, lines: /^names and places 9 /, kind: 'by choice', reason: 'A Namespace inside a namespace is refused; upstream drops the place without a word.' },
  { files: ERRORS, lines: /^labels, annotations, owners, finalizers (9|11) /, kind: 'by choice', reason: 'Fields of an owner are named with the number of the owner in its list.' },
  { files: ERRORS, lines: /^bodies 1[56] |^queries 1[0-25] |^queries 14 /, kind: 'by choice', reason: 'A wrong parameter of the address is a bad request (400), upstream has 422 for some of them.' },
  { files: ERRORS, lines: /^queries (7|13|16) /, kind: 'by choice', reason: 'A parameter that can not be read is refused (400); upstream ignores it or answers 500.' },
  { files: ERRORS, lines: /^patches ([5-9]|1[0-6]) /, kind: 'by choice', reason: 'A patch that can not be read is a bad request (400) and one that breaks the object names its fields; upstream has 422 or 500.' },
  { files: ERRORS, lines: /^nothing there 10 /, kind: 'by choice', reason: 'An unknown group is answered as any unknown resource.' },
  { files: ERRORS, lines: /^Pods (17|22|27|30) |^ConfigMaps, Secrets, the others 16 |^changes of a Pod 11 /, kind: 'by choice', reason: 'The same mistake under a path that names the element, or with another reason of its kind.' },
  { files: ERRORS, lines: /^changes of a Pod 1[456] /, kind: 'by choice', reason: 'A binding to no node, or to something else, is a mistake of the client; upstream answers 500.' },
  { files: ERRORS, lines: /: details\.kind$|: details\.name$|: details$/, kind: 'by choice', reason: 'Details say more than those of upstream: of what kind the object is, or which fields are wrong.' },
];

export function reasonOf(file: string, line: string): Reason | undefined {
  return REASONS.find(({ files, lines }) => files.includes(file) && lines.test(line));
}
