import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKfpRecognizer, recognizeKfpCommand, type PackageInstall } from './kfp-command.ts';
import fixtures from './testing/kfp-commands.json' with { type: 'json' };

const SOURCE = '\nimport kfp\nfrom kfp import dsl\nfrom kfp.dsl import *\nfrom typing import *\n\ndef add(a: int, b: int) -> int:\n    return a + b\n\n';
const TYPING = 'typing-extensions>=3.7.4,<5; python_version<"3.9"';
const PACKAGES = ['six==1.16.0', "tomli; python_version < '3.11'", 'requests[socks]>=2,<3'];
const INDEX = 'https://packages.example/simple';
const MORE = 'https://more.example/simple';
const ADDRESS = 'kfp @ https://packages.example/kfp-2.7.0.tar.gz';

type Install = Partial<PackageInstall> & { readonly requirements: readonly string[] };

/** What each variant of tools/kfp-commands.py must come to; undefined: not recognised. */
function expectedInstalls(variant: string, version: string): readonly Install[] | undefined {
  const isOld = version.startsWith('2.0.');
  // 2.0 installs its own package with all dependencies and in one line with the user's, before them until 2.12.
  const kfp: Install = { requirements: [`kfp==${version}`, TYPING], isWithoutDependencies: true };
  const isUserFirst = version === '2.14.6';
  const withKfp = (user: Install): readonly Install[] => {
    if (isOld) return [{ ...user, requirements: [...user.requirements, `kfp==${version}`] }];
    const own = { ...user, ...kfp };
    return isUserFirst ? [user, own] : [own, user];
  };
  switch (variant) {
    case 'plain':
    case 'venv-plain':
      return isOld ? [{ requirements: [`kfp==${version}`] }] : [kfp];
    case 'packages':
      return withKfp({ requirements: PACKAGES });
    case 'index':
      return withKfp({ requirements: ['six'], indexUrl: INDEX, extraIndexUrls: [MORE], trustedHosts: [INDEX, MORE] });
    case 'trusted':
      return withKfp({ requirements: ['six'], indexUrl: INDEX, trustedHosts: ['packages.example:8443'] });
    case 'not-trusted':
      return withKfp({ requirements: ['six'], indexUrl: INDEX });
    case 'venv':
      return withKfp({ requirements: ['six'] });
    case 'no-kfp':
    case 'containerized':
      return [];
    case 'no-kfp-packages':
      return [{ requirements: ['six'] }];
    case 'kfp-given':
      return [{ requirements: ['kfp>=2', 'six', ...(isOld ? ['kfp==2.0.0'] : [])] }];
    case 'kfp-address':
      return [{ requirements: [ADDRESS] }];
    case 'kfp-repository':
      return undefined;
    default:
      throw new Error(`variant ${variant} has no expectation`);
  }
}

for (const { kfp, variant, command, args } of fixtures) {
  test(`kfp ${kfp}, ${variant}`, () => {
    const installs = expectedInstalls(variant, kfp);
    const recognised = recognizeKfpCommand(command, args);
    if (installs === undefined) return assert.equal(recognised, undefined);
    const isOld = kfp.startsWith('2.0.');
    const hasSource = variant !== 'containerized';
    assert.deepEqual(recognised, {
      installs: installs.map((install) => ({ isWithoutDependencies: false, extraIndexUrls: [], trustedHosts: [], ...install })),
      module: isOld ? 'kfp.components.executor_main' : 'kfp.dsl.executor_main',
      isRuntimeOnly: !isOld && hasSource,
      source: hasSource ? SOURCE : undefined,
      executorArgs: ['--executor_input', '{{$}}', '--function_to_execute', 'add'],
    });
  });
}

const plain = fixtures.find((fixture) => fixture.variant === 'packages' && fixture.kfp === '2.14.6')!;
const changed = (index: number, from: string, to: string) =>
  plain.command.map((part, i) => {
    if (i !== index) return part;
    assert.ok(part.includes(from), from);
    return part.replace(from, to);
  });

test('a command that deviates anywhere is not recognised', () => {
  const deviations: readonly (readonly string[])[] = [
    [],
    ['sh'],
    ['sh', '-c', 'echo hello'],
    ['python3', '-m', 'kfp.dsl.executor_main2'],
    ['python3', '-m', 'kfp.dsl.executor_main', 'x'],
    plain.command.slice(0, -1),
    [...plain.command, 'x'],
    changed(0, 'sh', 'bash'),
    changed(1, '-c', '-ec'),
    changed(2, 'python3 -m ensurepip ||', 'python3 -m ensurepip || true ||'),
    changed(2, 'fi\n', 'fi\nreboot\n'),
    changed(2, 'PIP_DISABLE_PIP_VERSION_CHECK=1', 'PIP_PRE=1'),
    changed(2, "'six==1.16.0'", "'six==1.16.0' $(cat packages)"),
    changed(2, "'six==1.16.0'", '"six==$VERSION"'),
    changed(2, "'six==1.16.0'", 'six>1'),
    changed(2, "'six==1.16.0'", "'six==1.16.0' --pre"),
    changed(2, "'six==1.16.0'", "'-r' 'requirements.txt'"),
    changed(2, "'six==1.16.0'", "'git+https://packages.example/six.git'"),
    changed(2, "'six==1.16.0'", "'./six'"),
    changed(2, "'six==1.16.0'", "'six==1.16.0"),
    changed(2, "'six==1.16.0'", '--index-url'),
    changed(2, "'six==1.16.0'", "--index-url '--no-deps'"),
    changed(2, '  &&  python3', ' || python3'),
    changed(2, '  &&  python3', ' ; python3'),
    changed(2, '  &&  python3', ' && && python3'),
    changed(2, '"$0" "$@"', '"$0" "$@" x'),
    changed(2, '--quiet', '--user'),
    changed(4, '-ec', '-c'),
    changed(5, 'mktemp -d', 'mktemp -u'),
    changed(5, '_KFP_RUNTIME=true', '_KFP_RUNTIME=false'),
    changed(5, 'kfp.dsl.executor_main', 'kfp.dsl.other'),
    changed(5, '"$@"', '$@'),
  ];
  for (const command of deviations) assert.equal(recognizeKfpCommand(command, plain.args), undefined, JSON.stringify(command[2]?.slice(-300) ?? command));
});

test('quoted options name the index as unquoted ones do', () => {
  const quoted = changed(2, "'six==1.16.0'", "'six==1.16.0' '--extra-index-url=https://more.example/simple'");
  assert.deepEqual(recognizeKfpCommand(quoted, [])?.installs[0]?.extraIndexUrls, [MORE]);
});

test('what remembers commands says the same, with the arguments of now', () => {
  const recognize = createKfpRecognizer();
  const commands = [...fixtures.map(({ command }) => command), ['sh', '-c', 'echo hello'], [...plain.command, 'x'], [], ['']];
  for (const args of [['a'], ['b', 'c'], []]) {
    for (const command of commands) assert.deepEqual(recognize(command, args), recognizeKfpCommand(command, args));
  }
});

test('no command makes it throw', () => {
  const piece = fc.oneof(fc.constantFrom(...plain.command, "'", '"', '\\', '&&', '$', ' '), fc.string());
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.string()), (command, args) => void recognizeKfpCommand(command, args)));
  fc.assert(fc.property(fc.array(piece), (pieces) => void recognizeKfpCommand(changed(2, "'six==1.16.0'", pieces.join('')), [])));
});
