// /apis/v2beta1/experiments: groups of runs.
import type { Experiment, RecordWriter, Records, RecurringRun, StorageState } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, NAMESPACE, pathParameter, readJsonBody, type KfpOptions } from './context.ts';
import { EXPERIMENT_FIELDS } from './list-fields.ts';
import { LIST_PARAMETERS, listResponse, readListRequest } from './list-request.ts';
import { experimentMessage } from './messages.ts';
import { checkDescription, checkName } from './names.ts';
import { readParameters } from './query-parameters.ts';
import { jsonResponse, refusal } from './refusal.ts';
import { quote, readMessage } from './request-message.ts';

/** Runs created without an experiment go here; made when the first one needs it. */
const DEFAULT_EXPERIMENT_NAME = 'Default';
const DEFAULT_EXPERIMENT_DESCRIPTION = 'Runs that were created without naming an experiment.';

const EXPERIMENT = {
  experiment_id: 'ignored',
  display_name: 'string',
  description: 'string',
  created_at: 'ignored',
  namespace: 'string',
  storage_state: 'ignored',
  last_run_created_at: 'ignored',
} as const;

export function experimentRoutes(options: KfpOptions): Route[] {
  const { records } = options;
  const path = '/apis/v2beta1/experiments';
  return [
    kfpRoute('GET', path, (request) => listExperiments(records, request)),
    kfpRoute('POST', path, (request) => createExperiment(options, request)),
    kfpRoute('GET', `${path}/{experiment_id}`, (request) =>
      jsonResponse(experimentMessage(getExperiment(records, pathParameter(request, 'experiment_id')))),
    ),
    kfpRoute('DELETE', `${path}/{experiment_id}`, (request) => deleteExperiment(records, request)),
    kfpRoute('POST', `${path}/{experiment_id}:archive`, (request) => setStorageState(options, request, 'ARCHIVED')),
    kfpRoute('POST', `${path}/{experiment_id}:unarchive`, (request) => setStorageState(options, request, 'AVAILABLE')),
  ];
}

/** Throws a refusal when there is none with this id. */
export function getExperiment(records: Pick<Records, 'experiment'>, experimentId: string): Experiment {
  const experiment = records.experiment(experimentId);
  if (experiment === undefined) throw refusal('NotFound', `there is no experiment with experiment_id ${quote(experimentId)}`);
  return experiment;
}

/** The experiment for runs that name none; made when it is not there. */
export function ensureDefaultExperiment(writer: RecordWriter, { clock, rng }: KfpOptions, creator: string): Experiment {
  const existing = writer.read.experimentByName(NAMESPACE, DEFAULT_EXPERIMENT_NAME);
  if (existing !== undefined) return existing;
  const experiment: Experiment = {
    experimentId: rng.uuid(),
    namespace: NAMESPACE,
    creator,
    createdAtMs: clock.now(),
    displayName: DEFAULT_EXPERIMENT_NAME,
    description: DEFAULT_EXPERIMENT_DESCRIPTION,
    storageState: 'AVAILABLE',
    lastRunCreatedAtMs: 0,
  };
  writer.putExperiment(experiment);
  return experiment;
}

function listExperiments(records: Records, { query }: WebRequest): WebResponse {
  const parameters = readParameters(query, LIST_PARAMETERS);
  const request = readListRequest('experiments', parameters, EXPERIMENT_FIELDS, {});
  return listResponse('experiments', request, records.experiments(request.query), experimentMessage);
}

async function createExperiment({ records, clock, rng }: KfpOptions, request: WebRequest): Promise<WebResponse> {
  const message = readMessage(EXPERIMENT, await readJsonBody(request), '');
  const experiment: Experiment = {
    experimentId: rng.uuid(),
    namespace: NAMESPACE,
    creator: request.identity.user,
    createdAtMs: clock.now(),
    displayName: checkName('display_name', message.display_name),
    description: checkDescription('description', message.description),
    storageState: 'AVAILABLE',
    lastRunCreatedAtMs: 0,
  };
  await records.write((writer) => {
    if (writer.read.experimentByName(NAMESPACE, experiment.displayName) !== undefined) {
      throw refusal('AlreadyExists', `an experiment with display_name ${quote(experiment.displayName)} already exists`);
    }
    writer.putExperiment(experiment);
  });
  return jsonResponse(experimentMessage(experiment));
}

/** Its runs stay, as with the official server; what would make more of them does not. */
async function deleteExperiment(records: Records, request: WebRequest): Promise<WebResponse> {
  const experimentId = pathParameter(request, 'experiment_id');
  await records.write((writer) => {
    const experiment = getExperiment(writer.read, experimentId);
    if (experiment.displayName === DEFAULT_EXPERIMENT_NAME) {
      throw refusal('FailedPrecondition', 'the default experiment cannot be deleted');
    }
    for (const { recurringRunId } of seriesOf(writer, experimentId)) writer.deleteRecurringRun(recurringRunId);
    writer.deleteExperiment(experimentId);
  });
  return jsonResponse({});
}

/** Archiving an experiment archives its runs and disables its recurring runs; restoring it leaves them so. */
async function setStorageState({ records, clock }: KfpOptions, request: WebRequest, storageState: StorageState): Promise<WebResponse> {
  const experimentId = pathParameter(request, 'experiment_id');
  await records.write((writer) => {
    const experiment = getExperiment(writer.read, experimentId);
    if (experiment.storageState !== storageState) writer.putExperiment({ ...experiment, storageState });
    if (storageState !== 'ARCHIVED') return;
    writer.archiveRunsOfExperiment(experimentId);
    for (const series of seriesOf(writer, experimentId)) writer.putRecurringRun({ ...series, status: 'DISABLED', updatedAtMs: clock.now() });
  });
  return jsonResponse({});
}

function seriesOf({ read }: RecordWriter, experimentId: string): readonly RecurringRun[] {
  return read.recurringRuns({ experimentId, limit: Number.MAX_SAFE_INTEGER }).rows;
}
