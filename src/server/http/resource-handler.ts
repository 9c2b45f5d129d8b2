// One request on a resource: kind, verb, authorization, then the answer of that verb.
import type { KindDefinition } from '../../api/mod.ts';
import { parseFieldSelector } from '../../expr/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { hasSubresource } from '../verbs/scope.ts';
import { methodNotSupported, noSuchResource, notFound, refuse, type Refusal } from '../refusals.ts';
import { answerShape, type AnswerShape } from './accept.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import type { Call } from './call.ts';
import type { HttpContext } from './http-context.ts';
import { answerNodeProxy } from './node-proxy.ts';
import { answerAttach, answerExec } from './pod-exec.ts';
import { answerPortForward } from './pod-port-forward.ts';
import { answerProxy } from './proxy.ts';
import { readQuery } from './query.ts';
import { answerGet, answerList, answerLog, answerWatch } from './read-answers.ts';
import { PROXY, type ResourceTarget } from './resource-path.ts';
import { notAcceptable, statusResponse, withWarning } from './respond.ts';
import { answerCreate, answerDelete, answerDeleteCollection, answerPatch, answerUpdate } from './write-answers.ts';

const JSON_SHAPE: AnswerShape = { kind: 'json' };

export async function handleResource(context: HttpContext, request: WebRequest, target: ResourceTarget): Promise<WebResponse> {
  const { namespace, name, subresource } = target;
  const kind = context.kinds.find(target);
  if (kind === undefined) return statusResponse(noSuchResource().status);
  if (subresource !== undefined && !hasSubresource(kind, subresource)) return statusResponse((kind.custom === undefined ? noSuchResource() : notFound(kind, name ?? '')).status);
  if (!isPlaced(kind, namespace, name)) return statusResponse(noSuchResource().status);
  const options = readQuery(request.query, (parameters) => ({
    isWatch: parameters.boolean('watch') === true,
    includeObject: parameters.oneOf('includeObject', ['None', 'Metadata', 'Object']) ?? 'Metadata',
  }));
  if (!options.ok) return statusResponse(options.status);
  const verb = subresource === PROXY ? proxiedVerb(request.method) : verbOf(request.method, name !== undefined, options.value.isWatch);
  const asked = name === undefined ? { ...target, ...namedBySelector(request, verb) } : target;
  const refusal = refuseVerb(kind, target, verb) ?? refuseVerbs(context, request, asked, verb);
  if (refusal !== undefined) return statusResponse(refusal.status);
  const answer = subresource === undefined ? undefined : STREAMS[subresource];
  // A stream is what it is, whatever the client says it accepts.
  const shape = answer === undefined ? answerShape(request.headers.accept) : JSON_SHAPE;
  // Events follow each other on lines, which YAML knows nothing of.
  if (shape === undefined || (verb === 'watch' && shape.isYaml === true)) return notAcceptable(verb);
  const call: Call = { context: { ...context, identity: request.identity }, request, kind, target, shape, includeObject: options.value.includeObject };
  const response = await (answer ?? ANSWERS[verb]!)(call);
  const deprecation = kind.custom?.deprecationWarning;
  return deprecation === undefined ? response : withWarning(response, deprecation);
}

/** Of these a WebSocket brings nothing that a plain GET does not. */
const READ_BY_UPGRADE: readonly (string | undefined)[] = [PROXY, 'log'];

/** A WebSocket starts with GET, but whoever may only read must run nothing: as Kubernetes has it from 1.35 on, for what runs or reaches a Pod. */
function refuseVerbs(context: HttpContext, { identity, isUpgrade }: WebRequest, target: ResourceTarget, verb: string): Refusal | undefined {
  const verbs = isUpgrade && verb === 'get' && !READ_BY_UPGRADE.includes(target.subresource) ? ['get', 'create'] : [verb];
  return verbs.map((asked) => refuseAccess(context.authorize, identity, { verb: asked, ...target })).find((refusal) => refusal !== undefined);
}

/**
 * A list or watch that selects one name is about that object, so a rule with `resourceNames` may allow it. As upstream, deletecollection
 * is not (apiserver/pkg/endpoints/request/requestinfo.go).
 */
function namedBySelector({ query }: WebRequest, verb: string): { readonly name?: string } {
  const text = verb === 'list' || verb === 'watch' ? (query.get('fieldSelector') ?? '') : '';
  const selector = text === '' ? undefined : parseFieldSelector(text);
  const term = selector?.ok === true ? selector.value.terms.find(({ field, isNegated }) => field === 'metadata.name' && !isNegated) : undefined;
  return term === undefined || term.value === '' ? {} : { name: term.value };
}

/** Namespaced objects are named with their namespace; cluster-scoped ones without. */
function isPlaced(kind: KindDefinition, namespace: string | undefined, name: string | undefined): boolean {
  return kind.isNamespaced ? namespace !== undefined || name === undefined : namespace === undefined;
}

function verbOf(method: string, isNamed: boolean, isWatch: boolean): string {
  switch (method) {
    case 'GET':
      return isNamed ? 'get' : isWatch ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return isNamed ? 'delete' : 'deletecollection';
    default:
      return method.toLowerCase();
  }
}

/** As upstream, HEAD asks for what `get` may, and OPTIONS for a verb without a name, which only those have who may do everything. */
function proxiedVerb(method: string): string {
  return method === 'OPTIONS' ? NAMELESS_VERB : verbOf(method === 'HEAD' ? 'GET' : method, true, false);
}

const NAMELESS_VERB = '';

/** POST to a name, PUT to a collection, a verb that the kind or its subresource has not. */
function refuseVerb(kind: KindDefinition, { namespace, name, subresource }: ResourceTarget, verb: string): Refusal | undefined {
  if (verb === NAMELESS_VERB) return undefined;
  const verbs = subresource === undefined ? kind.verbs : kind.subresources.find((candidate) => candidate.name === subresource)!.verbs;
  const isOnCollection = verb === 'create' ? subresource === undefined : ['list', 'watch', 'deletecollection'].includes(verb);
  // Whoever forgets the namespace makes nothing and, above all, deletes nothing: only reads go through all of them.
  const lacksNamespace = ['create', 'deletecollection'].includes(verb) && kind.isNamespaced && namespace === undefined;
  const isPossible = verbs.includes(verb) && Object.hasOwn(ANSWERS, verb) && isOnCollection === (name === undefined) && !lacksNamespace;
  if (isPossible) return undefined;
  return refuse({ ...methodNotSupported(kind, verb).status, message: 'the server does not allow this method on the requested resource' });
}

/** Subresources that are streams, with whichever verb. */
const STREAMS: Readonly<Record<string, (call: Call) => Promise<WebResponse>>> = { log: answerLog, exec: answerExec, attach: answerAttach, portforward: answerPortForward, [PROXY]: (call) => (call.target.resource === 'nodes' ? answerNodeProxy(call) : answerProxy(call)) };

const ANSWERS: Readonly<Record<string, (call: Call) => Promise<WebResponse>>> = {
  get: answerGet,
  list: answerList,
  watch: answerWatch,
  create: answerCreate,
  update: answerUpdate,
  patch: answerPatch,
  delete: answerDelete,
  deletecollection: answerDeleteCollection,
};
