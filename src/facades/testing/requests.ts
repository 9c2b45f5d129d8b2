// Short words for HTTP tests of the dialect, and a pipeline to test with.
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../base/mod.ts';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** One request under /apis/v2beta1; `body` is sent as JSON. */
export async function call(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return answerOf(await fetch(`${url}/apis/v2beta1${path}`, init));
}

export async function upload(url: string, path: string, fileName: string, bytes: string | Uint8Array): Promise<Answer> {
  const form = new FormData();
  form.append('uploadfile', new Blob([Buffer.from(bytes)]), fileName);
  return answerOf(await fetch(`${url}/apis/v2beta1/pipelines/${path}`, { method: 'POST', body: form }));
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  assert.ok(isJsonObject(body), `not a JSON object: ${text}`);
  return { status: response.status, body };
}

/** Asserts a refusal and that its sentence matches. */
export function assertRefused({ status, body }: Answer, expectedStatus: number, sentence: RegExp): void {
  assert.equal(status, expectedStatus, JSON.stringify(body));
  assert.match(String(body['message'] ?? body['error_message']), sentence);
}

/** A small IR: one step that takes a name and a number of repetitions. */
export function aPipelineSpec(name = 'greet'): JsonObject {
  return {
    pipelineInfo: { name, description: 'Greets somebody.' },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
    root: {
      inputDefinitions: {
        parameters: { who: { parameterType: 'STRING' }, times: { parameterType: 'NUMBER_INTEGER', defaultValue: 1 } },
      },
      dag: {
        tasks: {
          greet: {
            taskInfo: { name: 'greet' },
            componentRef: { name: 'comp-greet' },
            cachingOptions: { enableCache: true },
            inputs: { parameters: { who: { componentInputParameter: 'who' } } },
          },
        },
      },
    },
    components: {
      'comp-greet': { executorLabel: 'exec-greet', inputDefinitions: { parameters: { who: { parameterType: 'STRING' } } } },
    },
    deploymentSpec: {
      executors: { 'exec-greet': { container: { image: 'alpine', command: ['echo'], args: ["{{$.inputs.parameters['who']}}"] } } },
    },
  };
}

export function filterOf(...predicates: readonly object[]): string {
  return encodeURIComponent(JSON.stringify({ predicates }));
}
