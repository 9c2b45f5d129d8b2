// Whether what one step gives is of a type that another one takes.
import { complain, type Section } from './section.ts';
import type { ComponentSpec, DagSpec, PipelineSpec, PipelineTaskSpec } from './types.ts';
import { mayFit, TYPE_WORDS } from './values.ts';

interface Call {
  readonly pipeline: PipelineSpec;
  /** That the task stands in. */
  readonly dag: DagSpec;
  readonly task: PipelineTaskSpec;
  /** The component that it runs. */
  readonly called: ComponentSpec;
}

/**
 * `at` is the task's place in the document. Between two steps the declared types are those of the values; those of groups and of loop
 * items kfp guesses now and then.
 */
export function checkInputFit(at: Section, { pipeline, dag, task, called }: Call): void {
  if (called.dag !== undefined) return;
  for (const [name, { taskOutputParameter: output, parameterExpressionSelector: selector }] of Object.entries(task.inputs?.parameters ?? {})) {
    const producer = output && dag.tasks[output.producerTask];
    if (output === undefined || producer === undefined || selector !== undefined || isIterated(producer)) continue;
    const component = pipeline.components[producer.componentRef.name];
    if (component === undefined || component.dag !== undefined) continue;
    const given = component.outputDefinitions?.parameters?.[output.outputParameterKey]?.parameterType;
    const taken = called.inputDefinitions?.parameters?.[name]?.parameterType;
    if (given === undefined || taken === undefined || mayFit(given, taken)) continue;
    const field = `inputs.parameters.${name}.taskOutputParameter.outputParameterKey`;
    complain(at, field, `names an output of the type ${given}, and the input must be ${TYPE_WORDS[taken]} (${taken}).`);
  }
}

function isIterated({ parameterIterator, artifactIterator }: PipelineTaskSpec): boolean {
  return parameterIterator !== undefined || artifactIterator !== undefined;
}
