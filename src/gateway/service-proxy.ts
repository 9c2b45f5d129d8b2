// `kfp.Client()` without a host finds the pipelines API where a cluster with Kubeflow has it: behind the API server's proxy of the
// Service ml-pipeline. Here both are one server, so the way through the proxy is cut short. Pure.

const PIPELINES_PROXY = /^\/api\/v1\/namespaces\/[a-z0-9-]+\/services\/(?:http:)?ml-pipeline(?::(?:http|8888))?\/proxy(?=\/|$)/;

/** The path that is meant. */
export function behindServiceProxy(path: string): string {
  const inner = path.replace(PIPELINES_PROXY, '');
  return inner === path ? path : inner.replace(/^\/*/, '/');
}
