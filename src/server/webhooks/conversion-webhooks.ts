// Conversion webhooks of CustomResourceDefinitions: objects of one version brought into another by whoever defined them.
// After k8s.io/apiextensions-apiserver pkg/apiserver/conversion.
import { describeError, Failure, isJsonObject, type Json, type JsonObject, type KubeObject, type Rng } from '../../base/mod.ts';
import { fieldOf, itemsAt, textAt, type KindDefinition } from '../../api/mod.ts';
import type { OutboundClient } from '../../web/mod.ts';
import { callWebhook, type ServiceFacts } from './webhook-client.ts';

export interface ConversionWebhooks {
  /** The objects in that version, in their order. Throws Failure `ConversionFailed`. */
  convert(kind: KindDefinition, objects: readonly KubeObject[], apiVersion: string): Promise<readonly KubeObject[]>;
}

interface ConversionPorts {
  readonly services: ServiceFacts;
  readonly outbound: OutboundClient;
  readonly rng: Pick<Rng, 'uuid'>;
}

/** As upstream has it. */
const TIMEOUT_SECONDS = 30;
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

export function createConversionWebhooks({ services, outbound, rng }: ConversionPorts): ConversionWebhooks {
  return {
    async convert(kind, objects, apiVersion) {
      const conversion = kind.custom?.conversion;
      if (conversion?.strategy !== 'Webhook') throw new Failure('ConversionFailed', `${kind.kind} has no conversion webhook`);
      const from = `${String(objects[0]?.['apiVersion'])}, Kind=${kind.kind}`;
      const version = conversion.reviewVersions.find((known) => REVIEW_VERSIONS.includes(known)) ?? 'v1';
      const uid = rng.uuid();
      const review = {
        kind: 'ConversionReview',
        apiVersion: `apiextensions.k8s.io/${version}`,
        request: { uid, desiredAPIVersion: apiVersion, objects },
      } as unknown as JsonObject;
      try {
        const call = { purpose: 'conversion webhook', client: conversion.clientConfig, timeoutSeconds: TIMEOUT_SECONDS, review } as const;
        return readConverted(await callWebhook(outbound, services, call), { uid, version, objects, apiVersion });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        throw new Failure('ConversionFailed', `conversion webhook for ${from} failed: ${describeError(error)}`, { cause: error.cause });
      }
    },
  };
}

interface Question {
  readonly uid: string;
  readonly version: string;
  readonly objects: readonly KubeObject[];
  readonly apiVersion: string;
}

function readConverted(answer: Json, { uid, version, objects, apiVersion }: Question): readonly KubeObject[] {
  const expected = `apiextensions.k8s.io/${version}`;
  if (textAt(answer, '', 'apiVersion') !== expected || textAt(answer, '', 'kind') !== 'ConversionReview') {
    throw invalidAnswer(`expected webhook response of ${expected}, Kind=ConversionReview, got ${textAt(answer, '', 'apiVersion')}, Kind=${textAt(answer, '', 'kind')}`);
  }
  const response = fieldOf(answer, 'response');
  if (textAt(response, '', 'uid') !== uid) throw invalidAnswer(`expected response.uid="${uid}", got "${textAt(response, '', 'uid')}"`);
  if (textAt(response, '', 'result', 'status') !== 'Success') throw new Failure('WebhookFailed', textAt(response, 'the webhook gave no reason', 'result', 'message'));
  const converted = itemsAt(response, 'convertedObjects');
  if (converted.length !== objects.length) throw invalidAnswer(`expected ${objects.length} converted objects, got ${converted.length}`);
  return converted.map((object, index) => checked(object, objects[index]!, apiVersion, index));
}

/** Of the metadata a conversion may change labels and annotations. */
function checked(converted: Json, original: KubeObject, apiVersion: string, index: number): KubeObject {
  const fail = (why: string) => invalidAnswer(`invalid converted object at index ${index}: ${why}`);
  if (!isJsonObject(converted) || !isJsonObject(converted['metadata'])) throw fail('it is no object with metadata');
  const { metadata } = converted as unknown as KubeObject;
  if (converted['apiVersion'] !== apiVersion) throw fail(`invalid groupVersion (expected ${apiVersion}, received ${String(converted['apiVersion'])})`);
  if (converted['kind'] !== original['kind']) throw fail(`invalid kind (expected ${String(original['kind'])}, received ${String(converted['kind'])})`);
  for (const member of ['name', 'namespace', 'uid'] as const) {
    if (metadata[member] !== original.metadata[member]) throw fail(`metadata.${member} must not change: ${String(original.metadata[member])} != ${String(metadata[member])}`);
  }
  const { labels: _labels, annotations: _annotations, ...kept } = original.metadata;
  const { labels, annotations } = metadata;
  for (const texts of [labels, annotations]) {
    if (texts !== undefined && (!isJsonObject(texts) || Object.values(texts).some((text) => typeof text !== 'string'))) throw fail('labels and annotations must be texts');
  }
  return { ...(converted as unknown as KubeObject), metadata: { ...kept, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) } };
}

function invalidAnswer(why: string): Failure {
  return new Failure('WebhookFailed', `received invalid webhook response: ${why}`);
}
