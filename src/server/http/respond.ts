// Answers: JSON bodies, Status bodies, Warning headers.
import { failureStatus, type JsonObject, type Status } from '../../base/mod.ts';
import type { WebResponse } from '../../web/mod.ts';

export const JSON_TYPE = 'application/json';
/** Further warnings of one request are left out. */
const WARNING_COUNT_MAX = 20;
const WARNING_CHARS_MAX = 400;

export function jsonResponse(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WebResponse {
  return textResponse(status, JSON.stringify(body), headers);
}

/** `text` is JSON already. */
export function textResponse(status: number, text: string, headers: Readonly<Record<string, string>> = {}): WebResponse {
  return { status, headers: { ...streamHeaders(), ...headers }, body: text };
}

export function streamHeaders(contentType = JSON_TYPE): Record<string, string> {
  return { 'content-type': contentType, 'cache-control': 'no-cache, private' };
}

export function successResponse(code: number, details?: JsonObject, headers?: Readonly<Record<string, string>>): WebResponse {
  return jsonResponse(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(code === 201 ? { code } : {}), ...(details === undefined ? {} : { details }) }, headers);
}

/** What was warned of before is said with the refusal, too. */
export function statusResponse(status: Status, warnings?: Warnings): WebResponse {
  const retryAfter = status.details?.retryAfterSeconds;
  return jsonResponse(status.code, status, { ...warnings?.headers(), ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) });
}

export function notAcceptable(verb = 'get'): WebResponse {
  const types = [...(verb === 'watch' ? [] : ['application/yaml']), JSON_TYPE, `${JSON_TYPE};as=Table;v=v1;g=meta.k8s.io`];
  return statusResponse(failureStatus('NotAcceptable', `only the following media types are accepted: ${types.join(', ')}`));
}

/** Collects the texts of warnings, each once, and renders them as one header. */
export class Warnings {
  readonly #texts = new Set<string>();

  readonly add = (text: string): void => {
    if (this.#texts.size < WARNING_COUNT_MAX) this.#texts.add(text);
  };

  headers(): Record<string, string> {
    if (this.#texts.size === 0) return {};
    return { warning: [...this.#texts].map((text) => `299 - "${quoted(text)}"`).join(', ') };
  }
}

/** The answer with one more warning before its own. */
export function withWarning(response: WebResponse, text: string): WebResponse {
  const own = response.headers?.['warning'];
  const warning = `299 - "${quoted(text)}"`;
  return { ...response, headers: { ...response.headers, warning: own === undefined ? warning : `${warning}, ${own}` } };
}

/** A quoted-string of RFC 9110; what a header can't carry becomes a question mark. */
function quoted(text: string): string {
  return text
    .slice(0, WARNING_CHARS_MAX)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .replaceAll(/["\\]/g, '\\$&');
}
