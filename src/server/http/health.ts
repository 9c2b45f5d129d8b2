// Probes of the whole server. It is up when it answers: the database was opened and the kinds were registered before that.
import { failureStatus } from '../../base/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { statusResponse } from './respond.ts';

/** As clients look for them: `etcd` is the database. */
const CHECKS: readonly string[] = ['ping', 'log', 'etcd'];

/** `/readyz`, `/readyz?verbose`, `/readyz?exclude=etcd`, `/readyz/etcd`; the same for `livez` and `healthz`. */
export async function answerHealth({ path, query }: Pick<WebRequest, 'path' | 'query'>): Promise<WebResponse> {
  const [probe = '', check] = path.split('/').filter((segment) => segment !== '');
  if (check !== undefined && !CHECKS.includes(check)) return statusResponse(failureStatus('NotFound', `there is no check ${check}; there are ${CHECKS.join(', ')}`));
  return text(query.has('verbose') ? verboseText(probe, check === undefined ? CHECKS : [check], query.getAll('exclude')) : 'ok');
}

function verboseText(probe: string, checks: readonly string[], excluded: readonly string[]): string {
  const lines = checks.map((check) => (excluded.includes(check) ? `[+]${check} excluded: ok` : `[+]${check} ok`));
  const unknown = excluded.filter((check) => !checks.includes(check));
  const warnings = unknown.length === 0 ? [] : [`warn: some health checks cannot be excluded: no matches for ${unknown.map((check) => JSON.stringify(check)).join(', ')}`];
  return [...lines, ...warnings, `${probe} check passed`, ''].join('\n');
}

function text(body: string): WebResponse {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }, body };
}
