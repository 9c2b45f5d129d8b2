// Whether a container runs as a process of this machine or as a container of an engine; pure.
//
// The Pod's word comes first (`runtimeClassName: process | container`; other classes are for other clusters and say nothing
// here), then the recipe's (`interpreter: container`), then a recipe or a name that says how the image runs as a process. What
// neither knows is for the engine.
import type { ResolvedImage } from '../environments/resolve-image.ts';

export type RunnableAsProcess = Exclude<ResolvedImage, { kind: 'not-runnable' | 'container' }>;

export type RuntimeChoice =
  | { readonly kind: 'process'; readonly resolved: RunnableAsProcess }
  /** `otherwise` is the sentence for when there is no engine. */
  | { readonly kind: 'container'; readonly otherwise: string }
  | { readonly kind: 'none'; readonly message: string };

const INSTALL = 'install podman (apt-get install podman, dnf install podman, brew install podman) or Docker, and the Pod starts within seconds';

export function chooseRuntime(image: string, runtimeClass: unknown, resolved: ResolvedImage): RuntimeChoice {
  if (runtimeClass === 'container') return engineFor(`The Pod asks for the runtime class container, and this machine has no container engine: ${INSTALL}.`);
  switch (resolved.kind) {
    case 'python':
    case 'shell':
      return { kind: 'process', resolved };
    case 'container':
      if (runtimeClass !== 'process') return engineFor(`The recipe of the image ${image} says container, and this machine has no container engine: ${INSTALL}.`);
      return { kind: 'none', message: `The Pod asks for the runtime class process, but the recipe of the image ${image} says container: take one of them away.` };
    case 'not-runnable':
      return runtimeClass === 'process' ? { kind: 'none', message: resolved.message } : engineFor(resolved.message);
  }
}

function engineFor(otherwise: string): RuntimeChoice {
  return { kind: 'container', otherwise };
}
