// All of them.
import { formEntrance, kubernetesEntrance, pipelinesEntrance, uploadEntrance, urlEntrance } from './testing/http.ts';
import { logEntrance, spdyEntrance, supervisorEntrance, supervisorRequestsEntrance, webSocketEntrance } from './testing/streams.ts';
import { celEntrance, pathEntrance, pipelineEntrance, ruleEntrance, selectorEntrance } from './testing/texts.ts';
import type { Entrance } from './entrance.ts';

export const ENTRANCES: readonly Entrance[] = [
  pipelineEntrance,
  pipelinesEntrance,
  uploadEntrance,
  formEntrance,
  urlEntrance,
  kubernetesEntrance,
  celEntrance,
  ruleEntrance,
  pathEntrance,
  selectorEntrance,
  spdyEntrance,
  webSocketEntrance,
  supervisorEntrance,
  supervisorRequestsEntrance,
  logEntrance,
];
