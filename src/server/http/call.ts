// One request on a resource, understood and authorized; what the verbs' answers share.
import type { Outcome } from '../../base/mod.ts';
import { scaleKind, type IncludeObject, type KindDefinition } from '../../api/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import type { Place } from '../verbs/change.ts';
import type { TextualObject } from '../verbs/watch.ts';
import type { AnswerShape } from './accept.ts';
import type { HttpContext } from './http-context.ts';
import { objectText, type ListBodyOptions } from './list-body.ts';
import type { ResourceTarget } from './resource-path.ts';
import { statusResponse, textResponse, type Warnings } from './respond.ts';

export interface Call {
  readonly context: HttpContext;
  readonly request: WebRequest;
  readonly kind: KindDefinition;
  readonly target: ResourceTarget;
  readonly shape: AnswerShape;
  readonly includeObject: IncludeObject;
}

export function bodyOptions({ context, kind, shape, includeObject }: Call): ListBodyOptions {
  return { kind, shape, includeObject, nowMs: context.clock.now() };
}

/** The object that a request on a name is about. */
export function placeOf({ target: { namespace, name = '' } }: Call): Place {
  return { ...(namespace === undefined ? {} : { namespace }), name };
}

/** A Scale in place of the object that it is about. */
export function respondScale(call: Call, outcome: Outcome<TextualObject>, warnings?: Warnings): WebResponse {
  return respondObject({ ...call, kind: scaleKind }, outcome, 200, warnings);
}

export function respondObject(call: Call, outcome: Outcome<TextualObject>, code = 200, warnings?: Warnings): WebResponse {
  if (!outcome.ok) return statusResponse(outcome.status, warnings);
  const isWritten = warnings !== undefined && call.target.subresource === undefined && call.request.method !== 'DELETE';
  if (isWritten) for (const warning of call.kind.warnings?.(outcome.value.object, code === 201) ?? []) warnings.add(warning);
  return textResponse(code, `${objectText(outcome.value, bodyOptions(call))}\n`, warnings?.headers());
}
