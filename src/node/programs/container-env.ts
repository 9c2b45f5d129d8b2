// The environment variables that every container has before its own: a path to its interpreter, a home, and the machine's
// ways to package indexes, so that pip inside a step reaches what pip outside reaches.

/** Variables of the server's own environment that go into containers: package indexes, proxies, certificates, BLAS. */
const PASSED_ON = /^(PIP_.*|UV_.*|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|OPENBLAS_.*|TZ|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY)$/;
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Those that act when an interpreter, a library that it needs, or a loader starts: a fork of a running parent comes too late for them. */
const START_ONLY = /^(PYTHON.*|LANG|LC_.*|LOCPATH|GCONV_PATH|TZDIR|OPENSSL_.*|LD_.*|MALLOC_.*|GLIBC_TUNABLES)$/;
/** Of every container that says nothing else. */
const LANG = 'C.UTF-8';

export function passedOn(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(environment).filter(([name, value]) => value !== undefined && PASSED_ON.test(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

export function containerEnv(options: {
  readonly machine: Readonly<Record<string, string>>;
  /** Directories before the system's, for example an environment's bin. */
  readonly path: readonly string[];
  readonly hostname: string;
  readonly own: Readonly<Record<string, string>>;
}): Readonly<Record<string, string>> {
  return {
    ...options.machine,
    PATH: [...options.path, SYSTEM_PATH].join(':'),
    HOME: '/tmp',
    LANG,
    HOSTNAME: options.hostname,
    ...options.own,
  };
}

/** What Slipway itself sets on every step. */
const OWN = new Set([
  ...['KFP_POD_NAME', 'KFP_POD_UID', 'KFP_RUN_ID', 'NAMESPACE'],
  // Read when a client is made, not when its module is imported.
  ...['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT', 'KUBERNETES_SERVICE_PORT_HTTPS'],
  ...['KUBERNETES_PORT', 'KUBERNETES_PORT_443_TCP', 'KUBERNETES_PORT_443_TCP_ADDR', 'KUBERNETES_PORT_443_TCP_PORT', 'KUBERNETES_PORT_443_TCP_PROTO'],
  // Read when the first device is used.
  'CUDA_VISIBLE_DEVICES',
]);

/** Any other variable might be read by a module when it is imported: then it must be imported by the step itself. */
export function setsOnlyOwnVariables(env: Readonly<Record<string, string>>): boolean {
  return Object.keys(env).every((name) => OWN.has(name));
}

export function needsFreshInterpreter(env: Readonly<Record<string, string>>): boolean {
  return Object.entries(env).some(([name, value]) => START_ONLY.test(name) && !(name === 'LANG' && value === LANG));
}
