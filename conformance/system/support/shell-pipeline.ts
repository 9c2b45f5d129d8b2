// A pipeline of shell steps, one after the other: needs no SDK and no environment, so that it runs within milliseconds.
export interface ShellStep {
  readonly name: string;
  readonly script: string;
  /** Default busybox, which every machine can stand in for. */
  readonly image?: string;
}

/** The IR as the official compiler writes it for container components in a chain. */
export function shellPipeline(name: string, steps: readonly ShellStep[]): object {
  const keyed = <T>(value: (step: ShellStep, index: number) => T) => Object.fromEntries(steps.map((step, index) => [step.name, value(step, index)]));
  return {
    pipelineInfo: { name },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
    deploymentSpec: {
      executors: Object.fromEntries(
        steps.map((step) => [`exec-${step.name}`, { container: { image: step.image ?? 'busybox:1.36', command: ['sh', '-c'], args: [step.script] } }]),
      ),
    },
    components: Object.fromEntries(steps.map((step) => [`comp-${step.name}`, { executorLabel: `exec-${step.name}` }])),
    root: {
      dag: {
        tasks: keyed((step, index) => ({
          taskInfo: { name: step.name },
          componentRef: { name: `comp-${step.name}` },
          cachingOptions: {},
          ...(index === 0 ? {} : { dependentTasks: [steps[index - 1]!.name] }),
        })),
      },
    },
  };
}
