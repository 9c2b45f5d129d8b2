// slipway doctor --security: the probes against a running installation, and what can be seen of it from outside.
import { statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { sendRaw } from './raw-request.ts';
import { SECURITY_PROBES } from './security-probes.ts';

export interface SecurityFinding {
  readonly attack: string;
  readonly verdict: 'refused' | 'problem' | 'not tried';
  /** What was answered, and with a problem what it means. */
  readonly observation: string;
}

export interface Installation {
  readonly host: string;
  readonly port: number;
  /** Undefined when the data directory is not on this machine. */
  readonly dataDir: string | undefined;
}

const OTHERS_MAY_READ = 0o077;
const PRIVATE_FILES = ['.', 'token', 'service-account-key.pem', 'certificates.json', 'kubeconfig'];

/** Throws the connection's error when nobody listens there. One request at a time; changes nothing. */
export async function examineSecurity({ host, port, dataDir }: Installation): Promise<readonly SecurityFinding[]> {
  const findings: SecurityFinding[] = [];
  for (const { attack, request, isRefused, danger } of SECURITY_PROBES) {
    const answer = await sendRaw(host, port, request);
    const said = answer.status === 0 ? 'closed without an answer' : `answered ${answer.status}`;
    findings.push(isRefused(answer) ? { attack, verdict: 'refused', observation: said } : { attack, verdict: 'problem', observation: `${said}: ${danger}` });
  }
  findings.push(...(await Promise.all(otherAddresses().map((address) => examineAddress(address, port)))));
  return dataDir === undefined ? findings : [...findings, ...PRIVATE_FILES.map((name) => examineFile(dataDir, name))];
}

function otherAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

/** Whoever comes from the network must not be taken for the owner. */
async function examineAddress(address: string, port: number): Promise<SecurityFinding> {
  const attack = `from the network: ${address}:${port}`;
  try {
    const { status } = await sendRaw(address, port, { path: '/apis/v2beta1/runs' });
    if (status === 401 || status === 403) return { attack, verdict: 'refused', observation: `answered ${status}` };
    return { attack, verdict: 'problem', observation: `answered ${status} without a token: whoever reaches the port can do everything` };
  } catch {
    return { attack, verdict: 'refused', observation: 'nobody listens there' };
  }
}

function examineFile(dataDir: string, name: string): SecurityFinding {
  const attack = name === '.' ? 'other users of this machine: the data directory' : `other users of this machine: ${name}`;
  const facts = statSync(join(dataDir, name), { throwIfNoEntry: false });
  if (facts === undefined) return { attack, verdict: 'not tried', observation: 'it is not there' };
  const mode = (facts.mode & 0o777).toString(8).padStart(4, '0');
  if ((facts.mode & OTHERS_MAY_READ) === 0) return { attack, verdict: 'refused', observation: `mode ${mode}` };
  return { attack, verdict: 'problem', observation: `mode ${mode}: others can read it; chmod go= ${join(dataDir, name)}` };
}
