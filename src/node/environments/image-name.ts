// What an image's name tells about how it can run without a container engine. Pure.

export type KnownImage =
  /** `wantedVersion` like 3.11; undefined when the tag names none. */
  | { readonly kind: 'python'; readonly wantedVersion: string | undefined }
  | {
      readonly kind: 'shell';
      /** What it starts by itself. */
      readonly command: readonly string[];
      /** Its `sh` is busybox's, which knows `[[` and `echo -e`, as bash does and dash does not. */
      readonly hasAsh: boolean;
    };

const SHELL = ['sh'];
/** Images that are used for their shell and the usual tools, and the one that does nothing. */
const SHELL_IMAGES: ReadonlyMap<string, KnownImage> = new Map([
  ['alpine', { kind: 'shell', command: SHELL, hasAsh: true }],
  ['busybox', { kind: 'shell', command: SHELL, hasAsh: true }],
  ['bash', { kind: 'shell', command: ['bash'], hasAsh: true }],
  ['ubuntu', { kind: 'shell', command: SHELL, hasAsh: false }],
  ['debian', { kind: 'shell', command: SHELL, hasAsh: false }],
  ['pause', { kind: 'shell', command: ['sleep', 'infinity'], hasAsh: false }],
]);
const IMAGE_CHARACTERS_MAX = 1000;

/** By the last part of the name, so that mirrors count: `docker.io/library/python:3.11-slim` is `python:3.11`. */
export function knownImage(image: string): KnownImage | undefined {
  if (image.length > IMAGE_CHARACTERS_MAX) return undefined;
  const { segments, tag } = splitImage(image);
  const name = segments.at(-1)!;
  const shell = SHELL_IMAGES.get(name);
  if (shell !== undefined) return shell;
  if (name === 'python') return pythonOfTag(tag);
  // The Python images of Red Hat's Universal Base Image carry the version in the name: ubi9/python-311.
  const version = /^python-3(\d{1,2})$/.exec(name)?.[1];
  return version !== undefined && /^ubi\d+$/.test(segments.at(-2) ?? '') ? { kind: 'python', wantedVersion: `3.${version}` } : undefined;
}

function splitImage(image: string): { readonly segments: readonly string[]; readonly tag: string } {
  const withoutDigest = image.split('@', 1)[0]!;
  const colon = withoutDigest.lastIndexOf(':');
  const hasTag = colon > withoutDigest.lastIndexOf('/');
  const name = hasTag ? withoutDigest.slice(0, colon) : withoutDigest;
  return { segments: name.split('/'), tag: hasTag ? withoutDigest.slice(colon + 1) : '' };
}

/** Tags of the official image: 3, 3.11, 3.11.7, 3.13.0rc2, each with a variant, or a variant alone. */
function pythonOfTag(tag: string): KnownImage | undefined {
  if (tag.includes('windows')) return undefined;
  if (tag === '' || /^[a-z][a-z0-9.-]*$/.test(tag)) return { kind: 'python', wantedVersion: undefined };
  const match = /^(\d+)(?:\.(\d+)(?:\.\d+)?(?:(?:a|b|rc)\d+)?)?(?:-[a-z0-9.-]+)?$/.exec(tag);
  if (match === null) return undefined;
  const [, major, minor] = match;
  if (minor !== undefined) return { kind: 'python', wantedVersion: `${major}.${minor}` };
  return { kind: 'python', wantedVersion: major === '3' ? undefined : major };
}

/** `*` in a pattern stands for any text, also across slashes. */
export function matchesImagePattern(pattern: string, image: string): boolean {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) return image === pattern;
  const last = rest.pop()!;
  if (!image.startsWith(first!) || image.length < first!.length + last.length || !image.endsWith(last)) return false;
  const end = image.length - last.length;
  let at = first!.length;
  for (const piece of rest) {
    const found = image.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
