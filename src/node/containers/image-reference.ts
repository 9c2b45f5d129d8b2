// The name of an image: registry, repository, tag or digest; pure. Names without a registry are Docker Hub's, as everywhere.

export interface ImageReference {
  /** Host with port, for example docker.io or 127.0.0.1:5000. */
  readonly registry: string;
  readonly repository: string;
  /** As written, with the tag that is meant when it has neither tag nor digest. */
  readonly full: string;
}

const HUB = 'docker.io';
const NAME_CHARS_MAX = 1000;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const HOST = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?';
const PATH = `${COMPONENT}(?:/${COMPONENT})*`;
const REPOSITORY = new RegExp(`^${PATH}$`);
const REFERENCE = new RegExp(`^(?:(${HOST})/)?(${PATH})(:[\\w][\\w.-]{0,127})?(@[a-z0-9]+:[0-9a-f]{32,})?$`);

/** Undefined when it is no name of an image. */
export function parseImageReference(image: string): ImageReference | undefined {
  if (image.length > NAME_CHARS_MAX) return undefined;
  const match = REFERENCE.exec(image);
  if (match === null) return undefined;
  const [, host, path = '', tag, digest] = match;
  const full = tag === undefined && digest === undefined ? `${image}:latest` : image;
  if (host !== undefined && isRegistry(host)) return { registry: canonical(host), repository: path, full };
  const repository = host === undefined ? path : `${host}/${path}`;
  if (!REPOSITORY.test(repository)) return undefined;
  return { registry: HUB, repository: repository.includes('/') ? repository : `library/${repository}`, full };
}

/** The first part is a host when it looks like one; `team/app` is a repository of Docker Hub. */
function isRegistry(host: string): boolean {
  return host === 'localhost' || /[.:]/.test(host);
}

/** Docker Hub has several names. */
export function canonical(host: string): string {
  return ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host) ? HUB : host;
}
