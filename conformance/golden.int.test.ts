// Our server against upstream Kubernetes: the same requests in the same order, over HTTP. Of refusals, code, reason, details
// and causes are compared, and by hash the messages; of bad requests that are answered after all, only the code.
import { test, type TestContext } from 'node:test';
import { isJsonObject, type Json, type JsonObject } from '../src/base/mod.ts';
import { builtinKinds } from '../src/api/mod.ts';
import { builtinPlugins } from '../src/server/mod.ts';
import { httpServer } from '../src/server/testing/http-client.ts';
import { ManualClock } from '../src/server/testing/test-server.ts';
import { assertKnown, readCases, readGolden, type CaseDifference } from './golden/files.ts';
import { bodyOf, converse, isKept, type Answer, type Conversation, type Send } from './referee/conversation.ts';
import { differences } from './referee/difference.ts';
import { hashMessages, normalise } from './referee/normalise.ts';

const NAMESPACES_OF_UPSTREAM = ['default', 'kube-system'];
const GROUPS_SERVED = new Set(['', 'golden.example', ...builtinKinds.map(({ group }) => group)]);
const FIELDS_OF_ADMISSION = new Set(['serviceAccount', 'serviceAccountName']);

test('bad requests are refused as upstream refuses them', async (context) => {
  const found = await hold('status-errors', await ourServer(context), comparableRefusal);
  assertKnown('status-errors', found.filter((each) => !isMessage(each)));
  assertKnown('status-messages', found.filter(isMessage));
});

test('server-side apply owns, conflicts and lets go as upstream does', async (context) => {
  assertKnown('apply', await hold('apply', await ourServer(context), comparableObject));
});

test('custom resources are pruned, defaulted, validated and shown as upstream does it', async (context) => {
  const found = await hold('custom-resources', await ourServer(context), comparableObject);
  assertKnown('custom-resources', found.filter((each) => !isMessage(each)));
  assertKnown('custom-resource-messages', found.filter(isMessage));
});

/** Holds the conversations of a file that speak only of kinds that we serve. */
async function hold(file: string, send: Send, comparable: (answer: Answer) => Json): Promise<readonly CaseDifference[]> {
  const golden = readGolden<readonly Answer[]>(file);
  const found: CaseDifference[] = [];
  for (const conversation of readCases<Conversation>(file).filter(isServed)) {
    const answers = await converse(send, conversation);
    for (const [index, step] of conversation.steps.filter(isKept).entries()) {
      const name = `${conversation.name} ${index + 1} (${step.method} ${step.path.slice(0, 60)})`;
      const [theirs, ours] = [golden[conversation.name]![index]!, answers[index]!].map(comparable);
      found.push(...differences(theirs, ours).map((each) => ({ case: name, ...each })));
    }
  }
  return found;
}

/** A group that we do not serve may be asked for, but not written to. */
function isServed({ steps }: Conversation): boolean {
  return steps.every(({ method, path }) => method === 'GET' || GROUPS_SERVED.has(/^\/apis\/([^/]+)/.exec(path)?.[1] ?? ''));
}

/** The same refusal in other words. Many of ours are our own on purpose; `npm run referee -- refusals` shows both. */
function isMessage({ path, theirs, ours }: CaseDifference): boolean {
  return path === 'messageHash' || (path.startsWith('details.causes.') && typeof theirs === 'string' && typeof ours === 'string');
}

async function ourServer(context: TestContext): Promise<Send> {
  // Managers of fields are sorted by the second of their last write: a whole conversation is held within one.
  const server = await httpServer(context, { clock: new ManualClock(), isAutoNamespace: false, admission: builtinPlugins.filter(({ name }) => name !== 'ServiceAccount') });
  for (const name of NAMESPACES_OF_UPSTREAM) await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name } } });
  return async (step) => {
    const sent = bodyOf(step);
    const accept = step.accept ?? 'application/json';
    const { code, text, headers } = await server.call(step.method, step.path, { accept, userAgent: 'referee', ...(sent === undefined ? {} : { body: sent.text, contentType: sent.contentType }) });
    const isJson = headers.get('content-type')?.startsWith('application/json') === true && !text.trimEnd().includes('\n{');
    return { code, ...(isJson ? { body: JSON.parse(text) as Json } : {}) };
  };
}

function comparableRefusal({ code, body }: Answer): Json {
  const status = body === undefined ? undefined : hashMessages(normalise(body));
  if (!isJsonObject(status) || status['kind'] !== 'Status' || status['status'] !== 'Failure') return { code };
  const { reason, details, messageHash } = status;
  return { code, reason, details: withoutOrder(details), messageHash };
}

/** The whole answer, without what admission adds to Pods there and messages. */
function comparableObject({ code, body }: Answer): Json {
  if (!isJsonObject(body)) return { code };
  if (body['kind'] === 'Status') return comparableRefusal({ code, body });
  const { spec, ...rest } = normalise(body) as JsonObject;
  return { code, ...rest, ...(isJsonObject(spec) ? { spec: withoutAdmission(spec) } : {}) };
}

function withoutAdmission(spec: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !FIELDS_OF_ADMISSION.has(name)));
}

/** Causes of one object come in any order. */
function withoutOrder(details: Json | undefined): Json | undefined {
  if (!isJsonObject(details) || !Array.isArray(details['causes'])) return details;
  const byName = Object.groupBy(details['causes'] as readonly JsonObject[], (cause) => `${String(cause['field'])} ${String(cause['reason'])}`);
  return { ...details, causes: Object.fromEntries(Object.entries(byName).map(([name, causes]) => [name, causes!.map((cause) => cause['messageHash'] ?? null)])) };
}
