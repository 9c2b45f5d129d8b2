// Kubeconfigs of an installation: TLS with its own authority, and either its token, which is the owner's (kubectl sends no token
// over plain HTTP), or the certificate of somebody who has what roles give.
import { parse, stringify } from 'yaml';
import { Failure, systemClock } from '../base/mod.ts';
import { issueClientCertificate, readCertificates } from '../gateway/mod.ts';

const DAY_MS = 86_400_000;

/**
 * The kubeconfig of another user, after the owner's `own`. Throws Failure `NoCertificates` when the installation has none to sign with.
 */
export async function kubeconfigOfUser(own: string, dataDir: string, subject: { readonly user: string; readonly groups: readonly string[]; readonly days: number }): Promise<string> {
  const certificates = await readCertificates(dataDir);
  if (certificates === undefined) throw new Failure('NoCertificates', `there are no certificates in ${dataDir} yet: "slipway up" makes them`);
  const { user, groups, days } = subject;
  const client = await issueClientCertificate(certificates.clientAuthority, { user, groups, lifetimeMs: days * DAY_MS, nowMs: systemClock.now() });
  const config = parse(own) as { readonly users: readonly [object] };
  const credentials = { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) };
  return stringify({ ...config, users: [{ ...config.users[0], user: credentials }] });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function kubeconfigText(options: { server: string; authority: string; token: string; namespace: string }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'slipway',
    clusters: [
      {
        name: 'slipway',
        cluster: { server: options.server, 'certificate-authority-data': base64(options.authority) },
      },
    ],
    contexts: [{ name: 'slipway', context: { cluster: 'slipway', user: 'slipway', namespace: options.namespace } }],
    users: [{ name: 'slipway', user: { token: options.token } }],
  });
}
