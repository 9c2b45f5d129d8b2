// The verb interface over HTTPS: the same controllers against our own server in another process, or a kube-apiserver.
import { request as httpRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';
import {
  deepFreeze,
  Failure,
  failureStatus,
  isJsonObject,
  success,
  type DeleteOptions,
  type KubeObject,
  type ListOptions,
  type ObjectApi,
  type ObjectList,
  type ObjectRef,
  type Outcome,
  type PatchKind,
  type ResourceType,
  type Status,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from '../base/mod.ts';

export interface HttpObjectApiOptions {
  /** For example https://127.0.0.1:8080. */
  readonly server: string;
  readonly token?: string;
  /** PEM of the certificate authority. */
  readonly certificateAuthority?: string;
}

/** Largest answer that is read whole; a list beyond it fails with reason `AnswerTooLarge`: page with `limit`. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
/** Longest line of a watch stream. */
const WATCH_LINE_CHARS_MAX = 16 * 1024 * 1024;

const PATCH_CONTENT_TYPE: Record<PatchKind, string> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export function createHttpObjectApi(options: HttpObjectApiOptions): ObjectApi & { close(): void } {
  const transport = createTransport(options);
  const objectOf = async (call: Call): Promise<Outcome<KubeObject>> => transport.json<KubeObject>(call);
  return {
    get: (ref, { subresource, signal } = {}) => objectOf({ method: 'GET', path: pathOf(ref, subresource), signal }),
    list: (type, namespace, listOptions = {}) =>
      transport.list({ method: 'GET', path: collectionPath(type, namespace), query: listQuery(listOptions), accept: acceptOf(listOptions, 'PartialObjectMetadataList'), signal: listOptions.signal }),
    create: (type, namespace, object, write = {}) =>
      objectOf({
        method: 'POST',
        path: write.subresource === undefined ? collectionPath(type, namespace) : pathOf({ type, namespace, name: object.metadata.name }, write.subresource),
        ...writeParts(write),
        body: object,
      }),
    update: (ref, object, write = {}) =>
      objectOf({ method: 'PUT', path: pathOf(ref, write.subresource), ...writeParts(write), body: object }),
    patch: (ref, kind, patch, write = {}) =>
      objectOf({
        method: 'PATCH',
        path: pathOf(ref, write.subresource),
        ...writeParts(write),
        body: patch,
        contentType: PATCH_CONTENT_TYPE[kind],
      }),
    delete: (ref, deleteOptions = {}) =>
      objectOf({ method: 'DELETE', path: pathOf(ref), body: deleteBody(deleteOptions), signal: deleteOptions.signal }),
    deleteCollection: (type, namespace, both = {}) =>
      transport.list({
        method: 'DELETE',
        path: collectionPath(type, namespace),
        query: listQuery(both),
        body: deleteBody(both),
        signal: both.signal,
      }),
    watch: (type, namespace, watchOptions = {}) =>
      transport.watch({
        method: 'GET',
        path: collectionPath(type, namespace),
        query: watchQuery(watchOptions),
        accept: acceptOf(watchOptions, 'PartialObjectMetadata'),
        signal: watchOptions.signal,
      }),
    close: () => transport.close(),
  };
}

function collectionPath(type: ResourceType, namespace: string | undefined): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  return namespace === undefined ? `${root}/${type.resource}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${type.resource}`;
}

function pathOf(ref: ObjectRef, subresource?: string): string {
  const path = `${collectionPath(ref.type, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

function writeParts(write: WriteOptions): Pick<Call, 'query' | 'signal' | 'onWarning'> {
  return {
    query: {
      dryRun: write.dryRun === true ? 'All' : undefined,
      fieldManager: write.fieldManager,
      fieldValidation: write.fieldValidation,
      force: write.force,
    },
    signal: write.signal,
    onWarning: write.onWarning,
  };
}

function listQuery(list: ListOptions): NonNullable<Call['query']> {
  return {
    labelSelector: list.labelSelector,
    fieldSelector: list.fieldSelector,
    limit: list.limit,
    continue: list.continueToken,
  };
}

function watchQuery(watch: WatchOptions): NonNullable<Call['query']> {
  return {
    watch: true,
    labelSelector: watch.labelSelector,
    fieldSelector: watch.fieldSelector,
    resourceVersion: watch.resourceVersion,
    sendInitialEvents: watch.sendInitialEvents,
    resourceVersionMatch: watch.sendInitialEvents === true ? 'NotOlderThan' : undefined,
    allowWatchBookmarks: watch.allowBookmarks,
    timeoutSeconds: watch.timeoutSeconds,
  };
}

function acceptOf({ metadataOnly = false }: { readonly metadataOnly?: boolean }, as: string): string {
  return metadataOnly ? `application/json;as=${as};v=v1;g=meta.k8s.io` : 'application/json';
}

function deleteBody(options: DeleteOptions): unknown {
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
    ...(options.propagationPolicy === undefined ? {} : { propagationPolicy: options.propagationPolicy }),
    ...(options.preconditions === undefined ? {} : { preconditions: options.preconditions }),
    ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
  };
}

function createTransport(options: HttpObjectApiOptions) {
  const base = new URL(options.server);
  const isTls = base.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ keepAlive: true, ca: options.certificateAuthority }) : new HttpAgent({ keepAlive: true });

  function send(call: Call): Promise<IncomingMessage> {
    const url = new URL(call.path, base);
    for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers: Record<string, string> = { accept: call.accept ?? 'application/json' };
    if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
    if (body !== undefined) {
      headers['content-type'] = call.contentType ?? 'application/json';
      // Node sends the body of a DELETE unframed without it.
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    return new Promise((resolve, reject) => {
      const request = (isTls ? httpsRequest : httpRequest)(
        url,
        { method: call.method, headers, agent, ...(call.signal === undefined ? {} : { signal: call.signal }) },
        resolve,
      );
      request.once('error', (error) =>
        reject(new Failure('ServerUnreachable', `no answer from ${base.origin}`, { cause: error })),
      );
      request.end(body);
    });
  }

  async function json<T>(call: Call): Promise<Outcome<T>> {
    const response = await send(call);
    warningsOf(response).forEach((message) => call.onWarning?.(message));
    const value = await readJson(response);
    if ((response.statusCode ?? 500) >= 400) return { ok: false, status: statusOf(value, response.statusCode ?? 500) };
    return success(deepFreeze(value as T));
  }

  return {
    json,
    async list(call: Call): Promise<Outcome<ObjectList>> {
      const outcome = await json<{ metadata?: Record<string, never>; items?: KubeObject[]; kind?: string; apiVersion?: string }>(call);
      return outcome.ok ? success(toObjectList(outcome.value)) : outcome;
    },
    async watch(call: Call): Promise<Outcome<AsyncIterable<WatchEvent>>> {
      const response = await send(call);
      const code = response.statusCode ?? 500;
      if (code >= 400) return { ok: false, status: statusOf(await readJson(response), code) };
      return success(readWatch(response, call.signal));
    },
    close: () => agent.destroy(),
  };
}

function warningsOf(response: IncomingMessage): string[] {
  const header = response.headers['warning'];
  if (header === undefined) return [];
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replaceAll('\\"', '"'));
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_BYTES_MAX) throw new Failure('AnswerTooLarge', `the answer is larger than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 500) };
  }
}

function statusOf(value: unknown, code: number): Status {
  if (isJsonObject(value) && value['kind'] === 'Status') return value as unknown as Status;
  const message = isJsonObject(value) ? String(value['message'] ?? '') : '';
  return { ...failureStatus('InternalError', `the server answered ${code}: ${message}`), code };
}

/** List items carry no kind of their own on the wire; every object inside the house does. */
function toObjectList(list: { metadata?: unknown; items?: readonly KubeObject[]; kind?: string; apiVersion?: string }): ObjectList {
  const metadata = isJsonObject(list.metadata) ? list.metadata : {};
  const kind = (list.kind ?? 'List').replace(/List$/, '');
  const items = (list.items ?? []).map((item) =>
    item.kind === undefined ? deepFreeze({ ...item, apiVersion: list.apiVersion ?? 'v1', kind }) : item,
  );
  const continueToken = metadata['continue'];
  const remaining = metadata['remainingItemCount'];
  return {
    resourceVersion: String(metadata['resourceVersion'] ?? ''),
    items,
    ...(typeof continueToken === 'string' && continueToken !== '' ? { continueToken } : {}),
    ...(typeof remaining === 'number' ? { remainingItemCount: remaining } : {}),
  };
}

/** A connection that breaks ends the iteration like a clean close: the informer continues from its last revision. */
async function* readWatch(response: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<WatchEvent> {
  let rest = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      if (rest.length > WATCH_LINE_CHARS_MAX) throw new Failure('AnswerTooLarge', 'a watch event is too long');
      for (const line of lines) if (line !== '') yield toWatchEvent(JSON.parse(line));
    }
  } catch (error) {
    if (signal?.aborted === true || (error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) return;
    throw error;
  } finally {
    response.destroy();
  }
}

function toWatchEvent(raw: { type: string; object: KubeObject }): WatchEvent {
  if (raw.type === 'ERROR') return { type: 'ERROR', status: raw.object as unknown as Status };
  if (raw.type === 'BOOKMARK') {
    return {
      type: 'BOOKMARK',
      resourceVersion: raw.object.metadata.resourceVersion ?? '',
      isInitialEventsEnd: raw.object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true',
    };
  }
  return { type: raw.type as 'ADDED' | 'MODIFIED' | 'DELETED', object: deepFreeze(raw.object) };
}
