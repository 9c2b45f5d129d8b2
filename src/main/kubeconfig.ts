// The kubeconfig of an installation: TLS with its own authority, and its token (kubectl sends no token over plain HTTP).
import { stringify } from 'yaml';

export function kubeconfigText(options: { server: string; authority: string; token: string; namespace: string }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'slipway',
    clusters: [
      {
        name: 'slipway',
        cluster: { server: options.server, 'certificate-authority-data': Buffer.from(options.authority).toString('base64') },
      },
    ],
    contexts: [{ name: 'slipway', context: { cluster: 'slipway', user: 'slipway', namespace: options.namespace } }],
    users: [{ name: 'slipway', user: { token: options.token } }],
  });
}
