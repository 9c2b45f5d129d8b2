// One way of running Pods under examination: a node of its own, an image, and short words for what features need.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ContainerLogOptions, JsonObject, KubeObject } from '../../../base/mod.ts';
import { must, type NodeWorld, terminated } from '../node-world.ts';

export class Lab {
  readonly world: NodeWorld;
  readonly #image: string;

  constructor(world: NodeWorld, image: string) {
    this.world = world;
    this.#image = image;
  }

  container(script: string, more: JsonObject = {}): JsonObject {
    return { name: 'main', image: this.#image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...more };
  }

  start(name: string, script: string, more: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}): Promise<KubeObject> {
    return this.world.create(name, { terminationGracePeriodSeconds: 2, containers: [this.container(script, more)], ...spec }, metadata);
  }

  /** Runs it to its end, which must be a good one, and expects this output. */
  async prints(expected: string | RegExp, name: string, script: string, more: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}): Promise<void> {
    await this.start(name, script, more, spec, metadata);
    const pod = await this.world.ended(name);
    const output = await this.world.log(pod, { container: 'main' });
    const message = pod.status?.['message'] ?? terminated(pod)['message'];
    assert.equal(pod.status?.['phase'], 'Succeeded', `it failed: ${String(message ?? output).trim().split('\n').at(-1) ?? ''}`);
    if (typeof expected === 'string') assert.equal(output, expected, `it printed ${JSON.stringify(output.slice(0, 80))}`);
    else assert.match(output, expected, `it printed ${JSON.stringify(output.slice(0, 80))}`);
  }

  async put(resource: string, kind: string, name: string, more: JsonObject): Promise<void> {
    must(await this.world.api.create({ group: '', version: 'v1', resource }, 'default', { apiVersion: 'v1', kind, metadata: { name }, ...more }));
  }

  async patch(resource: string, name: string, patch: JsonObject): Promise<void> {
    must(await this.world.api.patch({ type: { group: '', version: 'v1', resource }, namespace: 'default', name }, 'merge', patch));
  }

  log(pod: KubeObject, options: ContainerLogOptions): Promise<string> {
    return this.world.log(pod, options);
  }

  /** What a command in the Pod printed, with this input. */
  async exec(pod: KubeObject, command: readonly string[], input?: string): Promise<{ readonly code: number; readonly output: string }> {
    const session = must(await this.world.kubelet().exec(pod, { command, tty: false, hasStdin: input !== undefined }));
    const chunks: Buffer[] = [];
    session.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    session.stderr.resume();
    if (input !== undefined) session.stdin.end(input);
    const end = await session.ended;
    if (!session.stdout.readableEnded) await once(session.stdout, 'end');
    session.close();
    return { code: end.kind === 'exited' ? end.code : -1, output: Buffer.concat(chunks).toString() };
  }
}
