// slipway doctor --security: the probes against a running installation, and what can be seen of it from outside. An attack counts as
// refused only where the same request of its owner is answered: who is told nothing at all has seen no attack refused.
import { readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../base/mod.ts';
import { sendRaw, type RawRequest } from './raw-request.ts';
import { SECURITY_PROBES, type SecurityProbe } from './security-probes.ts';

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

/** What the owner adds to a request. */
type OwnersWay = Pick<RawRequest, 'isTls' | 'headers'>;

const OTHERS_MAY_READ = 0o077;
const PRIVATE_FILES = ['.', 'token', 'service-account-key.pem', 'certificates.json', 'kubeconfig', 'slipway.db', 'supervisor'];
const HEALTH = '/apis/v2beta1/healthz';
const RUNS = '/apis/v2beta1/runs?page_size=1';

/** Throws the connection's error when nobody listens there, and Failure `NoSlipway`. One request at a time; changes nothing. */
export async function examineSecurity({ host, port, dataDir }: Installation): Promise<readonly SecurityFinding[]> {
  const health = await sendRaw(host, port, { path: HEALTH });
  if (health.status !== 200 || !health.text.includes('"multi_user"')) {
    throw new Failure('NoSlipway', `${host}:${port} answers, but not as Slipway does; name the right address with --server URL`);
  }
  const owner = await findOwnersWay(host, port, dataDir);
  const findings: SecurityFinding[] = [];
  for (const probe of SECURITY_PROBES) findings.push(await tryProbe(host, port, owner, probe));
  findings.push(...(await Promise.all(otherAddresses().map((address) => examineAddress(address, port)))));
  return dataDir === undefined ? findings : [...findings, ...PRIVATE_FILES.map((name) => examineFile(dataDir, name))];
}

/** As somebody on this machine, or with the token; undefined: who asks here is nobody there. */
async function findOwnersWay(host: string, port: number, dataDir: string | undefined): Promise<OwnersWay | undefined> {
  const token = dataDir === undefined ? undefined : readToken(dataDir);
  const ways: readonly OwnersWay[] = [{}, ...(token === undefined ? [] : [{ isTls: true, headers: { Authorization: `Bearer ${token}` } }])];
  for (const way of ways) {
    const { status } = await sendRaw(host, port, { path: RUNS, ...way });
    if (status === 200) return way;
  }
  return undefined;
}

function readToken(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'token'), 'utf8').trim();
  } catch {
    return undefined; // somebody else's, or not there: then there is one way less
  }
}

async function tryProbe(host: string, port: number, owner: OwnersWay | undefined, { attack, request, isRefused, danger, isByOwner }: SecurityProbe): Promise<SecurityFinding> {
  if (isByOwner && owner === undefined) return { attack, verdict: 'not tried', observation: 'nobody gets so far without the token; run this on the machine of the server' };
  const answer = await sendRaw(host, port, isByOwner ? { ...request, ...owner, headers: { ...owner?.headers, ...request.headers } } : request);
  const said = answer.status === 0 ? 'closed without an answer' : `answered ${answer.status}`;
  return isRefused(answer) ? { attack, verdict: 'refused', observation: said } : { attack, verdict: 'problem', observation: `${said}: ${danger}` };
}

function otherAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

/** Whoever comes from the network must not be taken for the owner. */
async function examineAddress(address: string, port: number): Promise<SecurityFinding> {
  const attack = `from the network: ${address}:${port}`;
  try {
    const { status } = await sendRaw(address, port, { path: RUNS });
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
