// What the rules need to know of a TypeScript file, read once from its syntax tree: imports, exports, the lengths of its
// functions, and the places where it touches time, randomness, the environment or the console.
import { parseSync, Visitor } from 'oxc-parser';
import { lineOf, type TreeFile } from './tree.ts';

export interface ImportPlace {
  readonly specifier: string;
  readonly offset: number;
}

export interface FunctionPlace {
  /** Own name, else that of the variable or member it is bound to, else 'anonymous'. */
  readonly name: string;
  readonly offset: number;
  readonly lineCount: number;
}

export interface GlobalUse {
  /** `Date.now`, `setTimeout`, `console`, … */
  readonly name: string;
  readonly offset: number;
}

export interface ExportedName {
  /** '*' for `export *`, 'default' for a default export. */
  readonly name: string;
  readonly isType: boolean;
}

export interface SyntaxFile extends TreeFile {
  readonly imports: readonly ImportPlace[];
  readonly exports: readonly ExportedName[];
  readonly functions: readonly FunctionPlace[];
  readonly globalUses: readonly GlobalUse[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const WATCHED_MEMBERS = new Set(['Date.now', 'Math.random', 'process.env']);
const WATCHED_CALLS = new Set(['setTimeout', 'setInterval']);
/** Calls whose callback only groups tests: its length says nothing. */
const GROUPING_CALLS = new Set(['describe', 'suite']);

/** Throws when the file is not TypeScript that parses. */
export function readSyntax(file: TreeFile): SyntaxFile {
  const { program, module, errors } = parseSync(file.path, file.text);
  if (errors.length > 0) throw new Error(`${file.path} does not parse: ${errors[0]?.message}`);
  const imports: ImportPlace[] = [];
  for (const entry of module.staticImports) imports.push({ specifier: entry.moduleRequest.value, offset: entry.start });
  const exports: ExportedName[] = [];
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) {
      if (entry.moduleRequest != null) imports.push({ specifier: entry.moduleRequest.value, offset: entry.start });
      const name = entry.exportName.kind === 'Default' ? 'default' : (entry.exportName.name ?? '*');
      exports.push({ name, isType: entry.isType });
    }
  }
  const walk = walkProgram(file, program);
  return { ...file, imports: [...imports, ...walk.imports], exports, functions: walk.functions, globalUses: walk.globalUses };
}

function walkProgram(file: TreeFile, program: ReturnType<typeof parseSync>['program']) {
  const functions: FunctionPlace[] = [];
  const globalUses: GlobalUse[] = [];
  const imports: ImportPlace[] = [];
  const nameByFunction = new Map<Node, string>();
  const grouping = new Set<Node>();
  const onFunction = (node: Node & { id?: { name: string } | null }) => {
    if (grouping.has(node)) return;
    const lineCount = lineOf(file.text, node.end) - lineOf(file.text, node.start) + 1;
    functions.push({ name: node.id?.name ?? nameByFunction.get(node) ?? 'anonymous', offset: node.start, lineCount });
  };
  new Visitor({
    FunctionDeclaration: onFunction,
    FunctionExpression: onFunction,
    ArrowFunctionExpression: onFunction,
    VariableDeclarator(node) {
      if (node.init != null && node.id.type === 'Identifier') nameByFunction.set(node.init, node.id.name);
    },
    Property: (node) => void nameByFunction.set(node.value, nameOfKey(node.key)),
    MethodDefinition: (node) => void nameByFunction.set(node.value, nameOfKey(node.key)),
    PropertyDefinition(node) {
      if (node.value != null) nameByFunction.set(node.value, nameOfKey(node.key));
    },
    CallExpression(node) {
      if (node.callee.type !== 'Identifier') return;
      if (WATCHED_CALLS.has(node.callee.name)) globalUses.push({ name: node.callee.name, offset: node.start });
      if (GROUPING_CALLS.has(node.callee.name)) for (const argument of node.arguments) grouping.add(argument);
    },
    NewExpression(node) {
      const isNow = node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0;
      if (isNow) globalUses.push({ name: 'new Date()', offset: node.start });
    },
    MemberExpression(node) {
      if (node.object.type !== 'Identifier') return;
      if (node.object.name === 'console') globalUses.push({ name: 'console', offset: node.start });
      if (node.property.type !== 'Identifier') return;
      const name = `${node.object.name}.${node.property.name}`;
      if (WATCHED_MEMBERS.has(name)) globalUses.push({ name, offset: node.start });
    },
    TSImportType: (node) => void imports.push({ specifier: String(node.source.value), offset: node.start }),
    ImportExpression(node) {
      if (node.source.type === 'Literal') imports.push({ specifier: String(node.source.value), offset: node.start });
    },
  }).visit(program);
  return { functions, globalUses, imports };
}

function nameOfKey(key: Node & { name?: unknown; value?: unknown }): string {
  const name = typeof key.name === 'string' ? key.name : String(key.value ?? 'computed');
  return key.type === 'PrivateIdentifier' ? `#${name}` : name;
}
