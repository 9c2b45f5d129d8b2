// What an image says about its containers (`GET /images/{name}/json`), and the command that follows from it; pure.
import { isJsonObject, textsOf, type Json, type JsonObject } from '../../base/mod.ts';
import type { ContainerSpec } from '../pods/pod-spec.ts';

export interface ImageConfig {
  readonly imageId: string;
  readonly sizeBytes: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Name or number, with or without group; '' is root. */
  readonly user: string;
}

export function imageConfigOf(answer: Json): ImageConfig {
  const image: JsonObject = isJsonObject(answer) ? answer : {};
  const config: JsonObject = isJsonObject(image['Config']) ? image['Config'] : {};
  return {
    imageId: String(image['Id']),
    sizeBytes: typeof image['Size'] === 'number' ? image['Size'] : 0,
    entrypoint: textsOf(config['Entrypoint']),
    command: textsOf(config['Cmd']),
    user: typeof config['User'] === 'string' ? config['User'] : '',
  };
}

/** `command` stands for the image's entrypoint and drops its arguments, `args` stands for those alone. */
export function argvFor({ command, args }: Pick<ContainerSpec, 'command' | 'args'>, image: Pick<ImageConfig, 'entrypoint' | 'command'>): readonly string[] {
  if (command.length > 0) return [...command, ...args];
  return [...image.entrypoint, ...(args.length > 0 ? args : image.command)];
}
