// pip's configuration and the options of one install, said in uv's words.
import type { PackageInstall } from './kfp-command.ts';
import type { PipConfig } from './pip-config.ts';

export interface UvOptions {
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** Pure. `findLinks`: those of the configuration that exist; uv fails on others, where pip only warns. */
export function uvOptions(config: PipConfig, install: PackageInstall, findLinks: readonly string[]): UvOptions {
  const indexUrl = install.indexUrl ?? config.indexUrl;
  const extraIndexUrls = unique([...config.extraIndexUrls, ...install.extraIndexUrls]);
  const trustedHosts = unique([...config.trustedHosts, ...install.trustedHosts].map(hostOf));
  const hasSeveralSources = extraIndexUrls.length > 0 || findLinks.length > 0;
  const args = [
    ...(indexUrl === undefined ? [] : ['--default-index', indexUrl]),
    ...extraIndexUrls.flatMap((url) => ['--extra-index-url', url]),
    ...findLinks.flatMap((place) => ['--find-links', place]),
    ...trustedHosts.flatMap((host) => ['--allow-insecure-host', host]),
    // pip takes the best version that any of the places has; uv would stop at the first place that has the package.
    ...(hasSeveralSources ? ['--index-strategy', 'unsafe-best-match'] : []),
    ...(config.isWithoutIndex ? ['--no-index'] : []),
    ...(config.allowsPrereleases ? ['--prerelease', 'allow'] : []),
    ...config.constraintFiles.flatMap((file) => ['--constraint', file]),
    ...config.noBinary.flatMap((name) => ['--no-binary', name]),
    ...config.onlyBinary.flatMap((name) => ['--only-binary', name]),
    ...(install.isWithoutDependencies ? ['--no-deps'] : []),
  ];
  return { args, variables: connectionVariables(config) };
}

function connectionVariables(config: PipConfig): Readonly<Record<string, string>> {
  return {
    ...(config.certificateFile === undefined ? {} : { SSL_CERT_FILE: config.certificateFile }),
    ...(config.clientCertificateFile === undefined ? {} : { SSL_CLIENT_CERT: config.clientCertificateFile }),
    ...(config.proxy === undefined ? {} : { HTTP_PROXY: config.proxy, HTTPS_PROXY: config.proxy, ALL_PROXY: config.proxy }),
    ...(config.timeoutSeconds === undefined ? {} : { UV_HTTP_TIMEOUT: String(Math.ceil(config.timeoutSeconds)) }),
  };
}

/** `host` or `host:port`, also from the URLs that SDK releases before 2.13 give as a host. */
function hostOf(trustedHost: string): string {
  return URL.canParse(trustedHost) && trustedHost.includes('://') ? new URL(trustedHost).host : trustedHost;
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
