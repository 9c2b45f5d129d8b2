// All of them.
import { backupEntrance } from './testing/backups.ts';
import { formEntrance, kubernetesEntrance, pipelinesEntrance, upgradeEntrance, uploadEntrance, urlEntrance } from './testing/http.ts';
import { gatewayEntrance, tokenEntrance } from './testing/port.ts';
import { executorOutputEntrance, tableEntrance, webhookAnswerEntrance } from './testing/steps.ts';
import { logEntrance, spdyEntrance, supervisorEntrance, supervisorRequestsEntrance, webSocketEntrance } from './testing/streams.ts';
import { celEntrance, pathEntrance, pipelineEntrance, ruleEntrance, selectorEntrance } from './testing/texts.ts';
import { commandEntrance, commandLineEntrance, configurationEntrance, kubeconfigEntrance, pipConfigEntrance, recipesEntrance } from './testing/words.ts';
import type { Entrance } from './entrance.ts';

export const ENTRANCES: readonly Entrance[] = [
  gatewayEntrance,
  tokenEntrance,
  pipelineEntrance,
  pipelinesEntrance,
  uploadEntrance,
  formEntrance,
  urlEntrance,
  kubernetesEntrance,
  upgradeEntrance,
  celEntrance,
  ruleEntrance,
  pathEntrance,
  selectorEntrance,
  spdyEntrance,
  webSocketEntrance,
  supervisorEntrance,
  supervisorRequestsEntrance,
  logEntrance,
  executorOutputEntrance,
  tableEntrance,
  webhookAnswerEntrance,
  backupEntrance,
  commandLineEntrance,
  configurationEntrance,
  recipesEntrance,
  kubeconfigEntrance,
  pipConfigEntrance,
  commandEntrance,
];
