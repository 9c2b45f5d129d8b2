// Answers in YAML, for who asks for them: made of the same JSON. Lists come in chunks (list-body.ts) and are YAML already; streams of
// events and logs stay what they are.
import { inTurns, type Clock, type Json } from '../../base/mod.ts';
import type { Route } from '../../web/mod.ts';
import { yamlSteps } from '../yaml/write-yaml.ts';
import { prefersYaml, YAML_TYPE } from './accept.ts';
import { JSON_TYPE } from './respond.ts';

export function answeringYaml(clock: Clock, handle: Route['handle']): Route['handle'] {
  return async (request) => {
    const response = await handle(request);
    const isConvertible = typeof response.body === 'string' && response.headers?.['content-type'] === JSON_TYPE && prefersYaml(request.headers.accept);
    if (!isConvertible) return response;
    const value = JSON.parse(response.body as string) as Json;
    return { ...response, headers: { ...response.headers, 'content-type': YAML_TYPE }, body: await inTurns(yamlSteps(value), clock) };
  };
}
