// The real kubectl against a TLS server, with a kubeconfig and a cache of its own.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { createAuthentication } from '../authentication/authentication.ts';
import { createTokenAuthenticator } from '../authentication/token-authenticator.ts';
import { listen } from '../../web/testing/listen.ts';
import { testCertificate } from './test-certificate.ts';
import { testServer, type TestServer, type TestServerOptions } from './test-server.ts';

export const kubectlPath = programPath('kubectl');
/** Why tests with kubectl are skipped. */
export const noKubectl = kubectlPath === undefined ? 'kubectl is not on PATH' : false;

/** Undefined when the machine has none. */
export function programPath(program: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path));
}

export interface KubectlRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningKubectl {
  /** What it has printed so far. */
  readonly output: () => string;
  stop(): void;
  readonly done: Promise<KubectlRun>;
}

export interface Kubectl extends TestServer {
  run(args: readonly string[], input?: string): Promise<KubectlRun>;
  start(args: readonly string[], input?: string): RunningKubectl;
}

const TOKEN = 'the-token-of-the-test';
const RUN_TIMEOUT_MS = 30_000;

/** Server, TLS, kubeconfig; all gone after the test. */
export async function kubectlAgainst(context: TestContext, options: TestServerOptions = {}): Promise<Kubectl> {
  const server = testServer(context, options);
  const { key, certificate: cert } = await testCertificate('slipway test', ['127.0.0.1']);
  const authenticate = createAuthentication({ authenticateToken: createTokenAuthenticator(new Map([[TOKEN, { user: 'tester', groups: [] }]])) });
  const { origin, close } = await listen({ routes: server.routes, authenticate, tls: { key, cert } });
  context.after(close);
  const home = mkdtempSync(join(tmpdir(), 'slipway-kubectl-'));
  context.after(() => rmSync(home, { recursive: true, force: true }));
  const kubeconfig = join(home, 'config');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(origin, cert)));
  const start = (args: readonly string[], input?: string) => startKubectl(args, { home, kubeconfig }, input);
  return { ...server, start, run: (args, input) => start(args, input).done };
}

function kubeconfigFor(server: string, authority: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'slipway', cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
    users: [{ name: 'tester', user: { token: TOKEN } }],
    contexts: [{ name: 'slipway', context: { cluster: 'slipway', user: 'tester', namespace: 'default' } }],
    'current-context': 'slipway',
  };
}

/** With a home and a cache of its own. */
export function startKubectl(args: readonly string[], { home, kubeconfig }: { readonly home: string; readonly kubeconfig: string }, input = ''): RunningKubectl {
  const child = spawn(kubectlPath!, args, { env: { ...process.env, HOME: home, KUBECONFIG: kubeconfig }, timeout: RUN_TIMEOUT_MS });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  const done = new Promise<KubectlRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { output: () => stdout, stop: () => child.kill(), done };
}
