// HTTP to the server that these pages came from. Errors are the server's own sentences.

export const KFP = '/apis/v2beta1';
/** Slipway's own dialect. */
export const SLIPWAY = '/slipway/v1';

/** The server refused, or could not be reached (status 0). */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export const NO_ANSWER = () => new ApiError(0, 'Slipway does not answer. Is it still running? Start it with: slipway up');

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON, or as it is when it is a form. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves with the answer's JSON. Throws ApiError; an abort leaves a request behind that may have been carried out. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await fetchOk(path, options);
  return (await response.json()) as T;
}

/** The same for answers that are no JSON, for example logs. */
export async function fetchOk(path: string, { method = 'GET', body, headers, signal }: RequestOptions = {}): Promise<Response> {
  const isForm = body instanceof FormData;
  const init: RequestInit = {
    method,
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    headers: { ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }), ...headers },
  };
  const response = await fetch(path, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw NO_ANSWER();
  });
  if (!response.ok) throw new ApiError(response.status, await refusalOf(response));
  return response;
}

async function refusalOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => ({}))) as { message?: string; error_message?: string };
  return body.message ?? body.error_message ?? `the server answered with status ${response.status}`;
}

/** Path segments, encoded: path`/runs/${runId}/events`. */
export function path(literals: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: literals.raw }, ...values.map(encodeURIComponent));
}

/** `?a=1&b=2` of what is not empty; '' when all is. */
export function query(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const entries = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()}`;
}
