// Attacks on a running installation that change nothing, each with the answer that shows it was refused. Where they come
// from and which tests look at those that do change something: docs/reference/security.md.
import type { RawAnswer, RawRequest } from './raw-request.ts';

export interface SecurityProbe {
  readonly attack: string;
  readonly request: RawRequest;
  /** Sent with all rights that its owner has, so that it is the attack that is refused and not the attacker. */
  readonly isByOwner: boolean;
  readonly isRefused: (answer: RawAnswer) => boolean;
  /** What it means when it is not refused. */
  readonly danger: string;
}

const RUNS = '/apis/v2beta1/runs';
const EVIL = 'evil.example';
const UPGRADE = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
const EXEC = '/api/v1/namespaces/default/pods/none/exec?command=id&stdout=true';
const WHO_AM_I = '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}';
const REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

const isClientError = ({ status }: RawAnswer) => status >= 400 && status < 500;
const isForbidden = ({ status }: RawAnswer) => status === 401 || status === 403;
const isNoFile = (answer: RawAnswer) => answer.status !== 200 && !answer.text.includes('root:');

function probe(attack: string, request: RawRequest, isRefused: SecurityProbe['isRefused'], danger: string): SecurityProbe {
  return { attack, request, isByOwner: true, isRefused, danger };
}

function strangersProbe(attack: string, request: RawRequest, isRefused: SecurityProbe['isRefused'] = isForbidden, danger = 'whoever reaches the port can do everything'): SecurityProbe {
  return { attack, request, isByOwner: false, isRefused, danger };
}

const PAGES = 'a page of another site can read and change everything here';
const REBINDING: readonly SecurityProbe[] = [
  probe('DNS rebinding: another host name', { path: RUNS, headers: { Host: EVIL } }, isForbidden, PAGES),
  probe('DNS rebinding: a name that ends like ours', { path: RUNS, headers: { Host: `localhost.${EVIL}` } }, isForbidden, PAGES),
  probe('a foreign Origin', { path: RUNS, headers: { Origin: `http://${EVIL}` } }, isForbidden, PAGES),
  probe('the Origin of a sandboxed page', { path: RUNS, headers: { Origin: 'null' } }, isForbidden, PAGES),
  probe('a fetch of another site', { path: RUNS, headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' } }, isForbidden, PAGES),
  probe('a fetch of another server on this machine', { path: RUNS, headers: { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' } }, isForbidden, PAGES),
  probe('a form of another site', { method: 'POST', path: RUNS, body: '{}', headers: { Origin: `http://${EVIL}`, 'Content-Type': 'text/plain' } }, isForbidden, PAGES),
  probe('a WebSocket of another site', { path: EXEC, headers: { ...UPGRADE, Origin: `http://${EVIL}` } }, isForbidden, PAGES),
  probe('leave to read for another site', { method: 'OPTIONS', path: RUNS, headers: { Origin: `http://${EVIL}`, 'Access-Control-Request-Method': 'POST' } }, ({ headers }) => !headers.has('access-control-allow-origin'), PAGES),
];

/** Of Kubeflow's gateway, of the proxies before it, and of Kubernetes' own. */
const IDENTITY_HEADERS = Object.fromEntries(
  ['kubeflow-userid', 'kubeflow_userid', 'X-Goog-Authenticated-User-Email', 'X-Auth-Request-Email', 'X-Auth-Request-User', 'X-Forwarded-User', 'X-Forwarded-Email', 'X-Remote-User'].map((name) => [name, `mallory@${EVIL}`]),
);
const IDENTITY: readonly SecurityProbe[] = [
  strangersProbe('no token: Kubernetes API over TLS', { path: '/api/v1/secrets', isTls: true }),
  strangersProbe('no token: pipelines over TLS', { path: RUNS, isTls: true }),
  strangersProbe('no token: a WebSocket over TLS', { path: EXEC, isTls: true, headers: UPGRADE }),
  strangersProbe('a wrong token over TLS', { path: RUNS, isTls: true, headers: { Authorization: 'Bearer wrong' } }),
  strangersProbe('a forged token of a ServiceAccount', { path: '/api/v1/secrets', headers: { Authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW06bWFzdGVycyJ9.x' } }),
  probe('an identity in a header', { method: 'POST', path: REVIEWS, body: WHO_AM_I, headers: IDENTITY_HEADERS }, ({ text }) => !text.includes('mallory'), 'anybody can say who he is'),
  strangersProbe('an identity in a header over TLS', { path: RUNS, isTls: true, headers: { ...IDENTITY_HEADERS, 'X-Remote-Group': 'system:masters', 'X-Forwarded-For': '127.0.0.1', 'X-Real-IP': '127.0.0.1', Forwarded: 'for=127.0.0.1' } }),
  strangersProbe('an empty identity in a header over TLS', { path: RUNS, isTls: true, headers: { 'kubeflow-userid': '', 'X-Goog-Authenticated-User-Email': 'accounts.google.com:' } }),
  strangersProbe('impersonation by a stranger over TLS', { path: '/api/v1/secrets', isTls: true, headers: { 'Impersonate-User': 'system:admin', 'Impersonate-Group': 'system:masters' } }),
];

const FILES = 'files of this machine can be read';
const PATHS: readonly SecurityProbe[] = [
  ...['/../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/%252e%252e/%252e%252e/etc/passwd', '/assets/..%2f..%2f..%2f..%2fetc%2fpasswd', '/..%5c..%5cetc%5cpasswd', '/etc/passwd%00.html', '//etc/passwd'].map((path) =>
    strangersProbe(`pages: ${path}`, { path }, isNoFile, FILES),
  ),
  ...['..%2f..%2f..%2fetc%2fpasswd', '%252e%252e%252ftoken', '%2fetc%2fpasswd', 'x%00'].map((id) => probe(`artifact id: ${id}`, { path: `/slipway/v1/artifacts/${id}/content` }, isClientError, FILES)),
  probe('log of a Pod: ..%2f..%2f', { path: '/api/v1/namespaces/..%2f..%2f/pods/..%2f..%2ftoken/log?container=..%2f..%2f' }, isClientError, FILES),
  probe('log of a task: ..%2f', { path: `${RUNS}/..%2f..%2f/tasks/..%2f..%2ftoken/log` }, isClientError, FILES),
];

const DATABASE = 'the database can be read and changed';
const QUERIES: readonly SecurityProbe[] = [
  probe('a page token of SQL', { path: `${RUNS}?page_token=${Buffer.from(`{"list":"runs","filter":"","sortBy":"1; DROP TABLE runs","id":""}`).toString('base64url')}` }, isClientError, DATABASE),
  probe('sorting by SQL', { path: `${RUNS}?sort_by=created_at;DROP%20TABLE%20runs` }, isClientError, DATABASE),
  probe('a filter of SQL', { path: `${RUNS}?filter=${encodeURIComponent(`{"predicates":[{"operation":"EQUALS","key":"name' OR 1=1 --","string_value":"x"}]}`)}` }, isClientError, DATABASE),
];

const ARTIFACT_HOST = { Host: 'artifact-x.localhost' };
const PAGE_HEADERS: readonly SecurityProbe[] = [
  strangersProbe('the pages in a frame', { path: '/' }, ({ status, headers }) => status !== 200 || (headers.get('content-security-policy') ?? '').includes("frame-ancestors 'none'"), 'other sites can make people click here'),
  probe('content taken for another type', { path: RUNS }, ({ status, headers }) => status === 200 && headers.get('x-content-type-options') === 'nosniff', 'an artifact can become a script'),
  probe('the API on a host of artifacts', { path: RUNS, headers: ARTIFACT_HOST }, isClientError, 'HTML that a step wrote reaches the API'),
  probe('a forged link to an artifact', { path: '/artifact/WyJ4IiwiaHR0cDovL2xvY2FsaG9zdCIsOWUxNV0.AAAA/', headers: ARTIFACT_HOST }, isClientError, 'artifacts can be read without a link'),
  probe('a header put into an answer', { path: '/slipway/v1/artifacts/x%0d%0aSet-Cookie:%20a=b/content?path=%0d%0aSet-Cookie:%20a=b' }, ({ status, headers }) => status >= 400 && !headers.has('set-cookie'), 'answers can be made that say what an attacker wants'),
];

const NETWORK = 'others can reach the network of this machine';
const HIDDEN = 'a request can be hidden in another';
const DETOURS: readonly SecurityProbe[] = [
  probe('an open proxy', { path: 'http://169.254.169.254/latest/meta-data/' }, isClientError, NETWORK),
  probe('a tunnel', { method: 'CONNECT', path: '169.254.169.254:80' }, ({ status }) => status === 0 || status >= 400, NETWORK),
  probe('TRACE', { method: 'TRACE', path: '/' }, isClientError, 'headers of others can be read'),
  probe('two lengths in one request', { method: 'POST', path: RUNS, body: '0\r\n\r\n', headers: { 'Transfer-Encoding': 'chunked' } }, isClientError, HIDDEN),
  probe('an encoding that is nearly one', { method: 'POST', path: RUNS, body: '0\r\n\r\n', headers: { 'Transfer-Encoding': 'xchunked' } }, isClientError, HIDDEN),
];

export const SECURITY_PROBES: readonly SecurityProbe[] = [...REBINDING, ...IDENTITY, ...PATHS, ...QUERIES, ...PAGE_HEADERS, ...DETOURS];
