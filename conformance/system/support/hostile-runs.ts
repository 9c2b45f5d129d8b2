// Pipelines that are well formed and hostile all the same. Each may be refused, or accepted and then fail: with a sentence,
// soon, and with nothing outside the places that belong to it.
import { soundPipeline } from './hostile-pipelines.ts';

type Members = { [name: string]: unknown };

export interface HostileRun {
  readonly name: string;
  readonly pipeline: () => Members;
  readonly parameters?: () => Members;
  /** Default: the run must fail. Some are odd but lawful. */
  readonly mayPass?: boolean;
  readonly says?: RegExp;
}

function at(pipeline: Members, ...names: readonly string[]): Members {
  return names.reduce((members, name) => members[name] as Members, pipeline);
}

function spoiled(name: string, spoil: (pipeline: Members) => void, more: Omit<HostileRun, 'name' | 'pipeline'> = {}): HostileRun {
  const pipeline = () => {
    const sound = soundPipeline();
    spoil(sound);
    return sound;
  };
  return { name, pipeline, ...more };
}

const container = (pipeline: Members) => at(pipeline, 'deploymentSpec', 'executors', 'exec-one', 'container');
const taskOne = (pipeline: Members) => at(pipeline, 'root', 'dag', 'tasks', 'one');

function withImage(image: string, says: RegExp): HostileRun {
  return spoiled(`image ${JSON.stringify(image.slice(0, 40))}`, (pipeline) => (container(pipeline)['image'] = image), { says });
}

function withOutput(sort: 'parameters' | 'artifacts', key: string): HostileRun {
  const definition = sort === 'parameters' ? { parameterType: 'STRING' } : { artifactType: { schemaTitle: 'system.Dataset', schemaVersion: '0.0.1' } };
  const place = sort === 'parameters' ? `{{$.outputs.parameters['${key}'].output_file}}` : `{{$.outputs.artifacts['${key}'].path}}`;
  return spoiled(`an output of ${sort} called ${JSON.stringify(key.slice(0, 40))}`, (pipeline) => {
    at(pipeline, 'components', 'comp-one')['outputDefinitions'] = { [sort]: { [key]: definition } };
    const step = container(pipeline);
    step['args'] = [`mkdir -p "$(dirname "$0")" && echo evil > "$0"`, place];
  }, { mayPass: !/\.\.|\0/.test(key) });
}

function withTaskName(name: string): HostileRun {
  return spoiled(`a task called ${JSON.stringify(name.slice(0, 40))}`, (pipeline) => {
    const tasks = at(pipeline, 'root', 'dag', 'tasks');
    delete tasks['two'];
    tasks[name] = { taskInfo: { name }, componentRef: { name: 'comp-two' }, dependentTasks: ['one'] };
  }, { mayPass: true });
}

function withCondition(name: string, condition: string, says: RegExp): HostileRun {
  return spoiled(`a condition: ${name}`, (pipeline) => (taskOne(pipeline)['triggerPolicy'] = { condition }), { says });
}

function withLoopOver(items: () => unknown, name: string, says: RegExp): HostileRun {
  return spoiled(`a loop over ${name}`, (pipeline) => {
    at(pipeline, 'root')['inputDefinitions'] = { parameters: { items: { parameterType: 'LIST' } } };
    Object.assign(taskOne(pipeline), {
      inputs: { parameters: { items: { componentInputParameter: 'items' } } },
      parameterIterator: { items: { inputParameter: 'items' }, itemInput: 'item' },
    });
    at(pipeline, 'components', 'comp-one')['inputDefinitions'] = { parameters: { items: { parameterType: 'LIST' }, item: { parameterType: 'STRING' } } };
  }, { says, parameters: () => ({ items: items() }) });
}

const digits = '[0,1,2,3,4,5,6,7,8,9]';
const billion = Array.from({ length: 9 }, (_, index) => `${digits}.all(v${index}, `).join('') + 'true' + ')'.repeat(9);

export const HOSTILE_RUNS: readonly HostileRun[] = [
  withCondition('no expression', '1 + ', /one.*(not valid CEL|condition)/),
  withCondition('16,000 brackets', `${'('.repeat(8_000)}true${')'.repeat(8_000)}`, /one.*CEL/),
  withCondition('a megabyte', `'${'x'.repeat(1_000_000)}' == 'y'`, /condition|at most \d+/),
  withCondition('a billion rounds', billion, /one.*(evaluated|time)/i),
  { ...withCondition('a pattern that explodes elsewhere', `'${'a'.repeat(5_000)}!'.matches('(a+)+$')`, /./), mayPass: true },
  withCondition('a name that is not there', 'process.exit(1)', /one.*process/),
  withCondition('no boolean', '"yes"', /one.*boolean/),
  withLoopOver(() => Array(200_000).fill('x'), '200,000 items', /10000 iterations|at most/),
  { ...withLoopOver(() => ['x'.repeat(3_000_000)], 'an item of three megabytes', /./), mayPass: true },
  withImage('../../bin/sh', /image|can't run here|InvalidImage/i),
  withImage('-c', /image|can't run here/i),
  withImage('python:3.11; touch /tmp/owned', /image|can't run here/i),
  withImage('x'.repeat(10_000), /image|can't run here/i),
  withImage('', /image/i),
  withImage('python:99999999999999999999', /image|./i),
  withImage('busybox\0', /image/i),
  withOutput('artifacts', '../../../evil'),
  withOutput('artifacts', '/etc/evil'),
  withOutput('artifacts', 'a/../../b'),
  withOutput('artifacts', 'a\0b'),
  withOutput('artifacts', '__proto__'),
  withOutput('parameters', '../../../evil'),
  withOutput('parameters', '/etc/evil'),
  withOutput('parameters', 'constructor'),
  withOutput('parameters', 'x'.repeat(300)),
  withTaskName('..'),
  withTaskName('a/../../b'),
  withTaskName('with space & <b>'),
  withTaskName('größe'),
  withTaskName('UPPER_case.dots'),
  withTaskName('x'.repeat(2_000)),
  withTaskName('nul\0byte'),
  withTaskName('__proto__'),
  withTaskName('new\nline'),
  spoiled('a command of two megabytes', (pipeline) => (container(pipeline)['args'] = ['true', 'x'.repeat(2_000_000)]), { says: /one.* 2\d+ bytes.*allowed/ }),
  spoiled('an argument of a megabyte', (pipeline) => (container(pipeline)['args'] = ['true', 'x'.repeat(1_000_000)]), { says: /one.*too long/i }),
  spoiled('a command with a NUL byte', (pipeline) => (container(pipeline)['args'] = ['true\0']), { says: /one.*embedded null byte/ }),
  spoiled('a command that is not there', (pipeline) => (container(pipeline)['command'] = ['/no/such/program']), { says: /one.*\/no\/such\/program/ }),
  spoiled('a variable that is no name', (pipeline) => (container(pipeline)['env'] = [{ name: 'A=B', value: 'x' }]), { says: /env|A=B/ }),
  spoiled('a variable with a NUL byte', (pipeline) => (container(pipeline)['env'] = [{ name: 'A', value: 'x\0y' }]), { says: /one.*embedded null byte/ }),
  spoiled('more memory than there is in the world', (pipeline) => (container(pipeline)['resources'] = { resourceMemoryLimit: '999999Ei', resourceCpuLimit: '1e99' }), { says: /./, mayPass: true }),
  spoiled('resources of no form', (pipeline) => (container(pipeline)['resources'] = { resourceMemoryLimit: 'much' }), { says: /much|memory/i }),
  spoiled('a step that writes without end', (pipeline) => (container(pipeline)['args'] = ['yes "$(head -c 20000 /dev/zero | tr "\\0" x)" | head -c 30000000; exit 3']), { says: /one.*/ }),
  spoiled('a step that forks and leaves', (pipeline) => (container(pipeline)['args'] = ['(setsid sleep 600 &) ; (setsid sleep 600 &) ; exit 4']), { says: /one.*4/ }),
];
