// Writes src/api/generated/zero-members.json: which members of the Kubernetes definitions Go's types always have, with what stands
// in them when nobody set them: `{}` for structs, null for lists and maps that are required. Who owns a field depends on it.
//
//   node tools/generate-zero-members.ts path/to/api/openapi-spec/v3
//
// The input is that directory of the Kubernetes release.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = new URL('../src/api/generated/zero-members.json', import.meta.url);

interface Property {
  readonly type?: string;
  readonly default?: unknown;
  readonly allOf?: readonly unknown[];
}

interface Definition {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Property>>;
}

function main(): void {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) {
    console.error('usage: node tools/generate-zero-members.ts path/to/api/openapi-spec/v3');
    process.exitCode = 2;
    return;
  }
  const found = new Map<string, Record<string, unknown>>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const document = JSON.parse(readFileSync(join(directory, file), 'utf8')) as { components?: { schemas?: Record<string, Definition> } };
    for (const [name, definition] of Object.entries(document.components?.schemas ?? {})) {
      const zero = zeroOf(definition);
      if (Object.keys(zero).length > 0) found.set(name, zero);
    }
  }
  const lines = [...found.keys()].sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(found.get(name))}`);
  writeFileSync(OUTPUT, `{\n${lines.join(',\n')}\n}\n`);
  console.log(`${lines.length} definitions`);
}

function zeroOf({ properties = {}, required = [] }: Definition): Record<string, unknown> {
  const zero: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const isStruct = property.allOf !== undefined && JSON.stringify(property.default) === '{}';
    const isList = required.includes(name) && (property.type === 'array' || property.type === 'object');
    if (isStruct) zero[name] = {};
    else if (isList) zero[name] = null;
  }
  return zero;
}

main();
