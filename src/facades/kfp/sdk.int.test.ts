// The official Python SDK, newest and oldest supported, against the dialect in another process.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const TEST_TIME_MS_MAX = 600_000;

/** The first one is the newest that the machine's package index can install. */
for (const requirement of ['kfp>=2.16', 'kfp==2.0.0']) {
  test(`every method of kfp.Client works: ${requirement}`, { timeout: TEST_TIME_MS_MAX }, async () => {
    const environment = await execute(process.execPath, [join(ROOT, 'conformance/kfp-environment.ts'), requirement]);
    const python = environment.stdout.trim();
    const server = spawn(process.execPath, [join(ROOT, 'src/facades/testing/serve.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const home = mkdtempSync(join(tmpdir(), 'slipway-kfp-sdk-'));
    try {
      const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
      const variables = { ...process.env, HOME: home, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' };
      const { stdout } = await execute(python, [join(ROOT, 'conformance/kfp-sdk/client_methods.py'), '--host', url], { env: variables });
      assert.match(stdout, /kfp \d+\.\d+\.\d+: \d+ methods/);
      server.stdin.end();
      const [code] = (await once(server, 'exit')) as [number];
      assert.equal(code, 0, 'the server had faults');
    } finally {
      server.kill();
      rmSync(home, { recursive: true, force: true });
    }
  });
}
