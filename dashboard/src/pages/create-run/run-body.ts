// What a filled form asks the server for. Pure.
import type { Json } from '../../api/messages.ts';
import type { RunSource } from './run-source.ts';

export interface FilledForm {
  readonly name: string;
  readonly description: string;
  /** '' for the one of runs that name none. */
  readonly experimentId: string;
  readonly parameters: Readonly<Record<string, Json>>;
}

type Source = Pick<RunSource, 'spec' | 'reference' | 'pipelineRoot' | 'serviceAccount'>;

export function runBody({ spec, reference, pipelineRoot = '', serviceAccount = '' }: Source, { name, description, experimentId, parameters }: FilledForm): object {
  return {
    display_name: name.trim(),
    ...(description === '' ? {} : { description }),
    ...(experimentId === '' ? {} : { experiment_id: experimentId }),
    ...(reference === undefined ? { pipeline_spec: spec } : { pipeline_version_reference: reference }),
    runtime_config: { parameters, ...(pipelineRoot === '' ? {} : { pipeline_root: pipelineRoot }) },
    ...(serviceAccount === '' ? {} : { service_account: serviceAccount }),
  };
}

/** What a clone keeps that the form has no field for; undefined when there is nothing. */
export function keptSentence({ pipelineRoot = '', serviceAccount = '' }: Source): string | undefined {
  const kept = [...(pipelineRoot === '' ? [] : [`artifacts below ${pipelineRoot}`]), ...(serviceAccount === '' ? [] : [`service account ${serviceAccount}`])];
  return kept.length === 0 ? undefined : `As the run that is cloned: ${kept.join(', ')}.`;
}
