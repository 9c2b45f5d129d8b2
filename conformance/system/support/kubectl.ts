// The real kubectl with the kubeconfig that an installation writes, a home and a cache of its own.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Installation } from '../../../sim/installation.ts';
import { startKubectl, type RunningKubectl } from '../../../src/server/testing/kubectl.ts';

export class Kubectl {
  readonly #home = mkdtempSync(join(tmpdir(), 'slipway-kubectl-'));
  readonly #installation: Pick<Installation, 'dataDir'>;

  constructor(installation: Pick<Installation, 'dataDir'>) {
    this.#installation = installation;
  }

  start(parameters: readonly string[], input?: string): RunningKubectl {
    return startKubectl(parameters, { home: this.#home, kubeconfig: join(this.#installation.dataDir, 'kubeconfig') }, input);
  }

  /** The output of a command that must succeed; its words are separated by single spaces. */
  async ok(command: string, input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.start(command.split(' '), input).done;
    assert.equal(code, 0, `kubectl ${command}: ${stderr}`);
    return stdout;
  }

  /** The complaint of a command that must fail. */
  async fails(command: string, input?: string): Promise<string> {
    const { code, stderr } = await this.start(command.split(' '), input).done;
    assert.notEqual(code, 0, `kubectl ${command} succeeded`);
    return stderr;
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/**
 * An installation that runs during the tests of the calling file, and a kubectl for it; nothing is started where `skip` says why not.
 * `prepare` comes after the start: node:test runs several `before` of a file at the same time.
 */
export function installationWithKubectl(skip: string | false, prepare = async (): Promise<void> => {}): { readonly installation: Installation; readonly kubectl: Kubectl } {
  const installation = new Installation();
  const kubectl = new Kubectl(installation);
  before(async () => {
    if (skip !== false) return;
    await installation.start();
    await prepare();
  });
  after(async () => {
    kubectl.remove();
    await installation.remove();
  });
  return { installation, kubectl };
}
