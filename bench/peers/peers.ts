// The peers as data: what is installed, how a case is run, which server stands beside it. Each is used in the fastest local
// set-up that its own documentation describes; the docstring of its program says which.
import { join } from 'node:path';

export const CASES = ['steps40', 'chain3', 'cached', 'iris', 'gigabyte', 'iris-empty', 'fan1000'] as const;
export type Case = (typeof CASES)[number];

/** What every peer has to answer: a faster answer that is another one does not count. */
export const RESULTS: Readonly<Record<Case, number>> = {
  steps40: 40,
  chain3: 3,
  fan1000: 332_833_500,
  cached: 40,
  gigabyte: 1_000_001_125,
  iris: 0.95,
  'iris-empty': 0.95,
};

export interface Peer {
  readonly name: string;
  /** The folder of its environment; peers may share one. */
  readonly environment: string;
  readonly requirements: readonly string[];
  /** A Python file beside this one. */
  readonly program: string;
  readonly cases: readonly Case[];
  /** What a step is there, for the table: a process of its own as with Slipway, or a function that is called in the process of all. */
  readonly step: 'process' | 'function';
  /** What one has to know to read its figures, and why cases are missing. */
  readonly note?: string;
  readonly variables?: (home: string) => Readonly<Record<string, string>>;
  /** Runs once before anything is measured. */
  readonly setUp?: readonly string[];
  readonly server?: PeerServer;
}

export interface PeerServer {
  /** The program is one of the environment. */
  readonly command: (port: number) => readonly string[];
  readonly readyPath: string;
  /** Clients find the server by these. */
  readonly clientVariables?: (port: number) => Readonly<Record<string, string>>;
}

const FLOWERS = ['pandas==3.1.1', 'scikit-learn==1.9.1'];
/** `iris-empty` is for those who install what a step asks for: nothing is there before. */
const WITHOUT_CACHE: readonly Case[] = ['steps40', 'chain3', 'fan1000', 'gigabyte', 'iris'];
const PROGRAMS = join(import.meta.dirname);

export const PEERS: readonly Peer[] = [
  {
    name: 'loop of subprocesses',
    environment: 'kfp',
    requirements: ['kfp==2.17.3', 'pip', ...FLOWERS],
    program: 'subprocess_loop.py',
    step: 'process',
    cases: WITHOUT_CACHE,
    note: 'the floor: no engine, nothing is kept',
  },
  {
    name: 'one plain script',
    environment: 'kfp',
    requirements: ['kfp==2.17.3', 'pip', ...FLOWERS],
    program: 'plain_script.py',
    step: 'function',
    cases: ['iris'],
    note: 'the same code in one process, no steps',
  },
  {
    name: 'kfp.local',
    environment: 'kfp',
    requirements: ['kfp==2.17.3', 'pip', ...FLOWERS],
    program: 'kfp_local_peer.py',
    step: 'process',
    cases: [...WITHOUT_CACHE, 'iris-empty'],
    note: 'has no cache',
  },
  {
    name: 'Prefect',
    environment: 'prefect',
    requirements: ['prefect==3.9.1', ...FLOWERS],
    program: 'prefect_peer.py',
    step: 'function',
    cases: [...WITHOUT_CACHE, 'cached'],
    variables: (home) => ({ PREFECT_HOME: join(home, 'prefect'), PREFECT_SERVER_ANALYTICS_ENABLED: 'false' }),
    server: {
      command: (port) => ['prefect', 'server', 'start', '--port', String(port)],
      readyPath: '/api/health',
      clientVariables: (port) => ({ PREFECT_API_URL: `http://127.0.0.1:${port}/api` }),
    },
  },
  {
    name: 'Dagster',
    environment: 'dagster',
    requirements: ['dagster==1.13.28', 'dagster-webserver==1.13.28', ...FLOWERS],
    program: 'dagster_peer.py',
    step: 'function',
    cases: WITHOUT_CACHE,
    note: 'one process, nothing is kept; no cache between runs of a job of ops',
    variables: (home) => ({ DAGSTER_HOME: join(home, 'dagster'), DAGSTER_DISABLE_TELEMETRY: 'true' }),
    server: { command: (port) => ['dagster', 'dev', '-f', join(PROGRAMS, 'dagster_peer.py'), '-p', String(port)], readyPath: '/server_info' },
  },
  {
    name: 'Metaflow',
    environment: 'metaflow',
    requirements: ['metaflow==2.19.39', ...FLOWERS],
    program: 'metaflow_peer.py',
    step: 'process',
    cases: WITHOUT_CACHE,
    note: 'has no cache between runs, and no server',
    variables: (home) => ({ METAFLOW_USER: 'bench', METAFLOW_DATASTORE_SYSROOT_LOCAL: join(home, 'metaflow') }),
  },
  {
    name: 'ZenML',
    environment: 'zenml',
    requirements: ['zenml[server]==0.98.0', ...FLOWERS],
    program: 'zenml_peer.py',
    step: 'function',
    cases: ['steps40', 'chain3', 'cached', 'gigabyte', 'iris'],
    note: 'no fan-out over the members of a list in one process',
    variables: (home) => ({ ZENML_CONFIG_PATH: join(home, 'zenml'), ZENML_ANALYTICS_OPT_IN: 'false' }),
  },
  {
    name: 'Airflow',
    environment: 'airflow',
    requirements: ['apache-airflow==3.3.2', ...FLOWERS],
    program: 'airflow_peer.py',
    step: 'function',
    cases: WITHOUT_CACHE,
    note: 'has no cache',
    variables: (home) => ({ AIRFLOW_HOME: join(home, 'airflow'), AIRFLOW__CORE__LOAD_EXAMPLES: 'False' }),
    setUp: ['airflow', 'db', 'migrate'],
    server: { command: (port) => ['airflow', 'api-server', '--port', String(port)], readyPath: '/api/v2/version' },
  },
];
