// tidy on samples that break each rule, and on the repository itself.
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { checkTree } from './tidy/check.ts';
import { describeDoors } from './tidy/doors.ts';
import { checkLockFile, missingOptionals, withOptionals } from './tidy/lock.ts';
import { importTrouble } from './tidy/rooms.ts';
import { readSyntax } from './tidy/syntax.ts';
import { checkGlobals, checkRatchet, checkSizes } from './tidy/source.ts';
import { checkMarkdown, checkText } from './tidy/text.ts';
import { readTree, type Complaint, type TreeFile } from './tidy/tree.ts';

function file(path: string, text: string): TreeFile {
  return { path, text, sizeBytes: text.length };
}

function syntax(path: string, text: string) {
  return readSyntax(file(path, text));
}

function sentences(complaints: readonly Complaint[]): string[] {
  return complaints.map(({ sentence }) => sentence);
}

test('the repository is tidy', () => {
  const complaints = checkTree(readTree(dirname(import.meta.dirname)));
  assert.deepEqual(
    complaints.map(({ path, line, sentence }) => `${path}:${line ?? ''} ${sentence}`),
    [],
  );
});

describe('rooms', () => {
  const refused: [path: string, specifier: string, sentence: RegExp][] = [
    ['src/base/clock.ts', '../api/mod.ts', /base \(0\) must not import api \(2\)/],
    ['src/ir/parse.ts', '../api/mod.ts', /only smaller numbers/],
    ['src/engine/plan.ts', '../node/mod.ts', /only smaller numbers/],
    ['src/engine/plan.ts', '../store/mod.ts', /must not see store/],
    ['src/facades/kfp/runs.ts', '../../server/mod.ts', /must not see server/],
    ['src/engine/plan.ts', '../records/types.ts', /from the door src\/records\/mod\.ts/],
    ['src/engine/plan.ts', './mod.ts', /not the own door/],
    ['src/engine/plan.ts', '../client/testing/fake.ts', /from the door/],
    ['src/engine/plan.ts', '../../tools/tidy.ts', /no room/],
    ['bench/spine.ts', '../src/engine/plan.ts', /from the door/],
  ];
  for (const [path, specifier, sentence] of refused) {
    test(`${path} may not import ${specifier}`, () => assert.match(importTrouble(path, specifier) ?? '', sentence));
  }
  const allowed: [path: string, specifier: string][] = [
    ['src/engine/plan.ts', '../records/mod.ts'],
    ['src/engine/plan.ts', './act.ts'],
    ['src/engine/dag/plan.ts', '../act.ts'],
    ['src/engine/plan.int.test.ts', '../server/mod.ts'],
    ['src/engine/plan.test.ts', './mod.ts'],
    ['src/engine/plan.test.ts', '../server/testing/test-server.ts'],
    ['src/main/start.ts', '../store/mod.ts'],
    ['bench/spine.ts', '../src/main/mod.ts'],
    ['src/engine/plan.ts', 'node:fs'],
  ];
  for (const [path, specifier] of allowed) {
    test(`${path} may import ${specifier}`, () => assert.equal(importTrouble(path, specifier), undefined));
  }

  test('imports are found in every form', () => {
    const text = `import a from './a.ts'; export { b } from './b.ts'; type C = import('./c.ts').C; await import('./d.ts');`;
    const found = syntax('src/engine/x.ts', text).imports.map(({ specifier }) => specifier);
    assert.deepEqual(found.toSorted(), ['./a.ts', './b.ts', './c.ts', './d.ts']);
  });

  test('a folder that is no room is named', () => {
    assert.match(sentences(checkTree([file('src/attic/box.ts', 'export const box = 1;\n')])).join(), /src\/attic is not a room/);
  });
});

describe('source', () => {
  const raw = `const a = Date.now(), b = Math.random(), c = process.env, d = new Date();\nsetTimeout(f, 1); setInterval(f, 1); console.log(1);\n`;

  test('raw time, randomness, environment and console are refused inside rooms', () => {
    assert.equal(checkGlobals(syntax('src/engine/x.ts', raw)).length, 7);
    assert.deepEqual(checkGlobals(syntax('src/engine/x.ts', raw)).map(({ line }) => line).toSorted((a = 0, b = 0) => a - b), [1, 1, 1, 1, 2, 2, 2]);
  });

  test('base, main, tools and tests may touch them', () => {
    const places = ['tools/x.ts', 'src/engine/x.test.ts', 'src/cli/main.ts'];
    assert.deepEqual(places.flatMap((path) => checkGlobals(syntax(path, raw))), []);
    assert.deepEqual(sentences(checkGlobals(syntax('src/base/x.ts', raw))), ['console belongs to cli and tools: log through the Log port']);
  });

  test('a word in a string or a comment is no use', () => {
    assert.deepEqual(checkGlobals(syntax('src/engine/x.ts', `// Date.now()\nconst text = 'console.log(process.env)';\n`)), []);
  });

  const long = (name: string, lineCount: number) => `function ${name}() {\n${'  work();\n'.repeat(lineCount - 2)}}\n`;

  test('long files and functions are refused, groups of tests are not', () => {
    const complaints = checkSizes(syntax('src/engine/x.ts', long('far', 401)), {});
    assert.deepEqual(sentences(complaints), ['file has 401 lines; at most 400', 'function far has 401 lines; at most 70']);
    const grouped = `describe('group', () => {\n${'  work();\n'.repeat(90)}});\n`;
    assert.deepEqual(checkSizes(syntax('src/engine/x.test.ts', grouped), {}), []);
  });

  test('the ratchet holds old offenders and lets them only shrink', () => {
    const at = (lineCount: number) => sentences(checkSizes(syntax('src/x.ts', long('far', lineCount)), { 'src/x.ts#far': 80 })).join();
    assert.equal(at(80), '');
    assert.match(at(81), /grew from 80 to 81/);
    assert.match(at(75), /lower its entry/);
    assert.match(at(70), /take its entry out/);
    assert.match(sentences(checkRatchet({ 'src/gone.ts': 500 }, [])).join(), /does not exist any more/);
  });

  test('names of members and variables are known', () => {
    const names = syntax('src/x.ts', 'class A { #b() {} c = () => 1; }\nconst d = { e() {}, f: () => 1 };\nconst g = function () {};\n').functions;
    assert.deepEqual(names.map(({ name }) => name), ['#b', 'c', 'e', 'f', 'g']);
  });

  test('a file that does not parse is a complaint', () => {
    assert.match(sentences(checkTree([file('tools/x.ts', 'const = 1;\n')])).join(), /does not parse/);
  });

  test('shapeless names are refused', () => {
    for (const name of ['utils', 'helpers', 'index', 'misc']) {
      assert.match(sentences(checkTree([file(`tools/${name}.ts`, '')])).join(), /one noun/);
    }
  });
});

describe('text', () => {
  test('leftovers and registries are refused', () => {
    const leftover = ['FIX', 'ME'].join('');
    const registry = ['https://registry', 'npmjs', 'org/x'].join('.');
    const complaints = checkText(file('docs/x.md', `# x\n${leftover} later\n${registry}\n`));
    assert.deepEqual(complaints.map(({ line }) => line), [2, 3]);
  });

  test('big files are refused outside generated/', () => {
    const big = 'x'.repeat(200_000);
    assert.match(sentences(checkText(file('docs/x.txt', big))).join(), /200000 bytes/);
    assert.deepEqual(checkText(file('src/api/generated/x.ts', big)), []);
  });

  test('a lock file without addresses passes', () => {
    const lock = (address: string) => file('package-lock.json', `{"packages": {"a": {"resolved": "${address}"}}}`);
    assert.equal(checkLockFile(lock('https://somewhere/a.tgz')).length, 1);
    assert.equal(checkLockFile(lock('file:a')).length, 0);
  });

  test('a lock file that lacks a platform is refused, and can be completed', () => {
    const lock = {
      packages: {
        'node_modules/a': { version: '1.0.0', dev: true, optionalDependencies: { '@a/linux-arm-gnueabihf': '1.0.0', 'a-linux-x64': '1.0.0', fsevents: '^2.0.0' } },
        'node_modules/a-linux-x64': { version: '1.0.0' },
      },
    };
    assert.match(sentences(checkLockFile(file('package-lock.json', JSON.stringify(lock)))).join(), /lacks @a\/linux-arm-gnueabihf/);
    const completed = withOptionals(lock, missingOptionals(lock));
    assert.deepEqual(missingOptionals(completed), []);
    assert.deepEqual(completed.packages['node_modules/@a/linux-arm-gnueabihf'], {
      version: '1.0.0',
      cpu: ['arm'],
      os: ['linux'],
      libc: ['glibc'],
      dev: true,
      optional: true,
    });
  });

  test('two decisions of one number are refused', () => {
    const check = (paths: readonly string[]) => sentences(checkMarkdown(file('docs/adr/0001-this.md', '# ADR 0001: this\n'), new Set(paths))).join();
    assert.equal(check(['docs/adr/0001-this.md', 'docs/adr/0002-that.md']), '');
    assert.match(check(['docs/adr/0001-this.md', 'docs/adr/0001-that.md']), /has the number of docs\/adr\/0001-that\.md/);
  });

  test('Markdown has one title and links that lead somewhere', () => {
    const check = (text: string) => sentences(checkMarkdown(file('docs/x.md', text), new Set(['docs/y.md', 'docs/adr/1.md']))).join();
    assert.equal(check('# Title\n```sh\n# comment\n```\n[y](y.md) [adr](adr/) [web](https://example.org)\n'), '');
    assert.match(check('## Title\n'), /first line must be the title/);
    assert.match(check('# One\n# Two\n'), /one title is enough/);
    assert.match(check('# One\n[z](z.md)\n'), /docs\/z\.md, which does not exist/);
  });
});

describe('doors', () => {
  const comment = '// a: what it is for.\n// What it must not know.\n';

  test('a room without a door, a door without a comment, and a star export are refused', () => {
    assert.match(sentences(checkTree([file('src/expr/x.ts', '')])).join(), /every room has a door/);
    assert.match(sentences(checkTree([file('src/expr/mod.ts', 'export { a } from "./a.ts";\n')])).join(), /opens with 0 comment lines/);
    assert.match(sentences(checkTree([file('src/expr/mod.ts', `${comment}export * from './a.ts';\n`)])).join(), /export \*/);
  });

  test('the recorded names must be the exported ones', () => {
    const door = file('src/expr/mod.ts', `${comment}export { a, type B } from './a.ts';\n`);
    const recorded = describeDoors([readSyntax(door)]);
    assert.match(recorded, /\nexpr 1\n {2}a\n {2}type B\n$/);
    assert.deepEqual(sentences(checkTree([door, file('docs/reference/doors.txt', recorded)])), []);
    assert.match(sentences(checkTree([door, file('docs/reference/doors.txt', recorded.replace('  a\n', ''))])).join(), /first difference: "  a"/);
  });
});
