// From a container's image and command to what an engine runs: the image pulled, its configuration read, the Pod's word over it.
import { Failure, type Clock, type Log } from '../../base/mod.ts';
import type { ImageProgram, ProgramRequest } from '../pods/container-program.ts';
import type { EngineFinder } from './engine.ts';
import { argvFor } from './image-config.ts';
import { ImagePuller } from './image-puller.ts';
import { PulledImages } from './pulled-images.ts';
import { credentialsFor } from './registry-credentials.ts';
import { containerJson, securityOf } from './security.ts';

export interface ImageProgramsOptions {
  readonly engines: EngineFinder;
  /** Variables of the server's environment that containers get. */
  readonly machineEnv: Readonly<Record<string, string>>;
  /** Holds the names of the images that were pulled. */
  readonly pulledImagesFile: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Paths of this machine mean nothing inside an image. */
const PATHS_OF_MACHINE = /^(PIP_(CONFIG_FILE|CERT|CLIENT_CERT|CACHE_DIR|FIND_LINKS|TARGET|PREFIX|SRC|LOG)|UV_.*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/;

export class ImagePrograms {
  readonly #options: ImageProgramsOptions;
  readonly #puller: ImagePuller;
  readonly #pulled: PulledImages;

  constructor(options: ImageProgramsOptions) {
    this.#options = options;
    this.#pulled = new PulledImages({ ...options, file: options.pulledImagesFile });
    this.#puller = new ImagePuller(options.clock, this.#pulled);
  }

  /** Removes images that Slipway pulled and that no container uses. Nothing without an engine. */
  async reclaimDisk(): Promise<void> {
    const engine = await this.#options.engines.find();
    if (engine !== undefined) await this.#pulled.removeUnused(engine.api);
  }

  /**
   * Undefined when there is no engine. Throws Failure as the puller does, `EngineUnavailable` while the engine is away,
   * `ConfigMissing` when the Pod forbids what the image wants, `StartError` when there is no command, and `NetworkNotJoinable`
   * when the Pod has a network that the engine's containers can't join.
   */
  async prepare({ pod, container, env, address, pullSecrets, onEvent, onProgress, signal }: ProgramRequest): Promise<ImageProgram | undefined> {
    const { engines, machineEnv } = this.#options;
    const engine = await engines.findOrWait();
    if (engine === undefined) return undefined;
    if (address.kind === 'own' && !engine.canJoinNetworks) {
      throw new Failure('NetworkNotJoinable', `${engine.kind === 'docker' ? 'Docker' : 'podman of this user'} can't let the image ${container.image} join a network that Slipway made`);
    }
    const image = await this.#puller.ensure(engines.api, {
      image: container.image,
      policy: policyOf(containerJson(pod, container.name)['imagePullPolicy']),
      podUid: pod.metadata.uid!,
      credentials: async (reference) => credentialsFor(reference, await pullSecrets()),
      onEvent,
      onProgress: (message) => onProgress('ContainerCreating', message),
      signal,
    });
    const outcome = securityOf(pod, container.name, image.user);
    if (outcome.kind === 'refused') throw new Failure('ConfigMissing', outcome.message);
    const argv = argvFor(container, image);
    if (argv.length === 0) throw new Failure('StartError', `the image ${container.image} names no command, and neither does the container: give it a command`);
    return {
      kind: 'image',
      imageId: image.imageId,
      argv,
      env: { ...networkVariables(machineEnv), ...env },
      workingDirectory: container.workingDir,
      security: outcome.security,
    };
  }
}

function policyOf(value: unknown): 'Always' | 'IfNotPresent' | 'Never' {
  return value === 'Always' || value === 'Never' ? value : 'IfNotPresent';
}

/** So that pip inside reaches what pip outside reaches. */
function networkVariables(machineEnv: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(machineEnv).filter(([name]) => !PATHS_OF_MACHINE.test(name)));
}
