// Bytes that programs of users leave behind: outputs of steps, files that are shown as tables, answers of webhooks.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { silentLog, systemClock, type KubeObject } from '../../../src/base/mod.ts';
import { openLocalBlobs } from '../../../src/blobs/mod.ts';
import { createTableReader, TABLE_FORMATS, viewOf } from '../../../src/facades/testing/entrances.ts';
import { collectStepResult } from '../../../src/node/testing/entrances.ts';
import { stepDocument } from '../../../src/node/testing/step-document.ts';
import { CONFIG_MAPS, configMap, testServer } from '../../../src/server/testing/test-server.ts';
import { webhookServer } from '../../../src/server/testing/webhook-server.ts';
import type { Entrance } from '../entrance.ts';

const ENDED = { exitCode: 0, reason: 'Completed', startedAtMs: 1, finishedAtMs: 2 };

/** What a step wrote as the output of its executor, and as an output parameter. */
export const executorOutputEntrance: Entrance = {
  name: 'executor-output',
  words: ['"artifacts"', '"custom_path"', '"parameterValues"', '"metadata"', '"uri"', '/tmp/', '/minio/mlpipeline/v2/artifacts/fuzz/', '..', 'NaN', '-Infinity', '\\u0000', '\\ud800', '"model"'],
  open() {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
    const blobs = openLocalBlobs({ directory: join(directory, 'artifacts'), defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
    const document = stepDocument('fuzz');
    const tmpDirectory = join(directory, 'tmp');
    mkdirSync(join(tmpDirectory, 'outputs'), { recursive: true });
    return Promise.resolve({
      async attempt(input: Buffer) {
        const taskRoot = await blobs.prepare(document.taskRootUri);
        writeFileSync(join(taskRoot, 'output_metadata.json'), input);
        writeFileSync(join(tmpDirectory, 'outputs', 'text'), input);
        writeFileSync(join(tmpDirectory, 'weights'), 'w');
        const { outcome } = await collectStepResult({ document, podUid: 'pod', termination: ENDED, tmpDirectory }, blobs);
        return outcome === 'Succeeded' ? ('taken' as const) : ('refused' as const);
      },
      close: async () => rmSync(directory, { recursive: true, force: true }),
    });
  },
};

const HEAD_BYTES = 8 * 1024;
const ROW_COUNT_MAX = 20;
/** The worker that reads a table is ended after 20 s; others go on meanwhile. */
const TABLE_MS_MAX = 30_000;

/** A file of an artifact, looked at as each kind of table, in the workers of the server. */
export const tableEntrance: Entrance = {
  name: 'table',
  words: ['PAR1', ',', ';', '\t', '"', '""', '\r\n', '{"a":', '[{', '}\n{', 'NaN', '\ufeff', '\0', '\x15\x00', '\xff\xff\xff\xff\x07'],
  inputMsMax: TABLE_MS_MAX,
  open() {
    const reader = createTableReader({ clock: systemClock, log: silentLog });
    const { signal } = new AbortController();
    return Promise.resolve({
      async attempt(input: Buffer) {
        const view = viewOf(input.subarray(0, HEAD_BYTES), 'file', 'system.Dataset');
        const formats = view.kind === 'table' ? [view.format] : [TABLE_FORMATS[input.length % TABLE_FORMATS.length]!];
        const outcomes = await Promise.all(formats.map((format) => reader.read({ format, sizeBytes: input.length, rowCountMax: ROW_COUNT_MAX }, async (start, end) => Uint8Array.from(input.subarray(start, end)), { signal })));
        return outcomes.some(({ kind }) => kind === 'table') ? ('taken' as const) : ('refused' as const);
      },
      close: () => Promise.resolve(),
    });
  },
};

const CONFIGURATIONS = { group: 'admissionregistration.k8s.io', version: 'v1', resource: 'mutatingwebhookconfigurations' } as const;
const RULE = { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };

/** What a webhook answers, over HTTPS; `UID` stands for that of the request. */
export const webhookAnswerEntrance: Entrance = {
  name: 'webhook-answer',
  words: ['"response"', '"allowed":true', '"uid":"UID"', '"patchType":"JSONPatch"', '"patch":"', '"status"', '"code":', '"warnings":[', '"auditAnnotations"', '"apiVersion":"admission.k8s.io/v1"', '"kind":"AdmissionReview"', 'W3sib3AiOiJhZGQi', '\\n'],
  async open() {
    const ends: (() => unknown)[] = [];
    const context = { after: (end: () => unknown) => void ends.push(end) } as unknown as TestContext;
    const server = testServer(context);
    let next: Buffer = Buffer.alloc(0);
    const hook = await webhookServer(context, (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(next.toString('latin1').replaceAll('UID', String(request['uid'])), 'latin1');
      return undefined;
    });
    const webhook = { name: 'hook.test.example', rules: [RULE], clientConfig: { url: hook.url, caBundle: hook.caBundle }, sideEffects: 'None', admissionReviewVersions: ['v1'] };
    await server.objectApi.create(CONFIGURATIONS, undefined, { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name: 'hook' }, webhooks: [webhook] } as unknown as KubeObject);
    return {
      async attempt(input) {
        next = input;
        const outcome = await server.objectApi.create(CONFIG_MAPS, 'default', configMap('c'), { dryRun: true });
        return outcome.ok ? 'taken' : 'refused';
      },
      async close() {
        for (const end of ends.toReversed()) await end();
      },
    };
  },
};
