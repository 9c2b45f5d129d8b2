// One way of running Pods under examination: a node of its own, an image, and short words for what features need.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PODS } from '../../../api/mod.ts';
import type { ContainerLogOptions, JsonObject, KubeObject } from '../../../base/mod.ts';
import { must, type NodeWorld, terminated } from '../node-world.ts';
import { setImage } from '../set-image.ts';

export interface LabImages {
  /** Has a shell and the usual tools. */
  readonly image: string;
  /** The same under another name. */
  readonly otherImage: string;
  /** The same in a registry that asks for a password; undefined where no image is ever pulled. */
  readonly locked?: { readonly host: string; readonly image: string; readonly auth: string };
  /** Images without Python find the machine's in this directory. */
  readonly borrowed?: string;
}

interface ServiceEndpoint {
  readonly ip: string;
  readonly hostname?: string;
}

const PYTHON = '/usr/bin/python3';

export class Lab {
  readonly world: NodeWorld;
  readonly #images: LabImages;

  constructor(world: NodeWorld, images: LabImages) {
    this.world = world;
    this.#images = images;
  }

  get otherImage(): string {
    return this.#images.otherImage;
  }

  get locked(): LabImages['locked'] {
    return this.#images.locked;
  }

  container(script: string, more: JsonObject = {}): JsonObject {
    return { name: 'main', image: this.#images.image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...more };
  }

  start(name: string, script: string, more: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}): Promise<KubeObject> {
    return this.world.create(name, { terminationGracePeriodSeconds: 2, containers: [this.container(script, more)], ...spec }, metadata);
  }

  /** Its program is this Python source. */
  startPython(name: string, source: string, more: JsonObject = {}, spec: JsonObject = {}): Promise<KubeObject> {
    const { borrowed } = this.#images;
    const [volumes, volumeMounts] = borrowed === undefined ? [[], []] : [[{ name: 'machine', hostPath: { path: borrowed } }], [{ name: 'machine', mountPath: borrowed, readOnly: true }]];
    return this.start(name, '', { command: [PYTHON, '-c', source], volumeMounts, ...more }, { volumes, ...spec });
  }

  /** What a Python source prints in a Pod that `startPython` started. */
  python(pod: KubeObject, source: string): Promise<string> {
    return this.world.output(pod, [PYTHON, '-c', source]);
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

  /** Ends them at once. */
  async drop(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.world.delete(name, 0);
  }

  async put(resource: string, kind: string, name: string, more: JsonObject): Promise<void> {
    must(await this.world.api.create({ group: '', version: 'v1', resource }, 'default', { apiVersion: 'v1', kind, metadata: { name }, ...more }));
  }

  async patch(resource: string, name: string, patch: JsonObject): Promise<void> {
    must(await this.world.api.patch({ type: { group: '', version: 'v1', resource }, namespace: 'default', name }, 'merge', patch));
  }

  /** A Service whose port 80 is port 8080 of these, as the controllers would write it. */
  async service(name: string, spec: JsonObject, endpoints: readonly ServiceEndpoint[]): Promise<void> {
    await this.put('services', 'Service', name, { spec: { ports: [{ name: 'greet', port: 80, targetPort: 8080 }], ...spec } });
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: endpoints.map(({ ip, ...more }) => ({ addresses: [ip], conditions: { ready: true, serving: true, terminating: false }, ...more })),
      ports: [{ name: 'greet', port: 8080, protocol: 'TCP' }],
    };
    must(await this.world.api.create({ group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' }, 'default', slice));
  }

  /** As `kubectl set image` does. */
  async setImage(name: string): Promise<void> {
    await setImage(this.world, name, 'main', this.otherImage);
  }

  /** As `kubectl patch --subresource resize` does. */
  async resize(name: string, resources: JsonObject): Promise<void> {
    must(await this.world.api.patch({ type: PODS, namespace: 'default', name }, 'strategic', { spec: { containers: [{ name: 'main', resources }] } }, { subresource: 'resize' }));
  }

  /** A condition of somebody else than the node becomes true. */
  async setCondition(name: string, type: string): Promise<void> {
    must(await this.world.api.patch({ type: PODS, namespace: 'default', name }, 'strategic', { status: { conditions: [{ type, status: 'True' }] } }, { subresource: 'status' }));
  }

  log(pod: KubeObject, options: ContainerLogOptions): Promise<string> {
    return this.world.log(pod, options);
  }

  /** What a command in the Pod printed, with this input. */
  async exec(pod: KubeObject, command: readonly string[], input?: string, container?: string): Promise<{ readonly code: number; readonly output: string }> {
    const session = must(await this.world.kubelet().exec(pod, { command, tty: false, hasStdin: input !== undefined, ...(container === undefined ? {} : { container }) }));
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
