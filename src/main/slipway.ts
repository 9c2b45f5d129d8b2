// Starts and stops a whole Slipway on a data directory.
import { rmSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { systemClock, toRfc3339, type Log } from '../base/mod.ts';
import { createManager } from '../control/mod.ts';
import { ensureCertificates, type Certificates } from '../gateway/mod.ts';
import { openDatabase } from '../sql/mod.ts';
import type { Config } from './config.ts';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';
import { ensureToken } from './identity.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { writePrivateFile } from './private-file.ts';
import { clientHost, openRooms, podHosts } from './rooms.ts';

export interface Slipway {
  /** For browsers and kfp: http://localhost:8080. */
  readonly url: string;
  readonly port: number;
  /** Stops everything but the Pods: the supervisor holds them for the next start. Idempotent. */
  stop(): Promise<void>;
}

const OTHERS_MAY_READ = 0o077;

/** Resolves when everything answers. Throws Failure with a sentence for people; then nothing of it runs any more. */
export async function startSlipway(config: Config, log: Log): Promise<Slipway> {
  const directory = openDataDirectory(config.dataDir);
  warnOfReaders(directory, log);
  try {
    return await startOn(directory, config, log);
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** The directory may have been made by somebody who did not think of it; what is in it is not all of the mode of the token. */
function warnOfReaders({ path }: DataDirectory, log: Log): void {
  const { mode } = statSync(path);
  if ((mode & OTHERS_MAY_READ) !== 0) log.warn('other users of this machine can look into the data directory', { path, nextStep: `chmod go= ${path}` });
}

async function startOn(directory: DataDirectory, config: Config, log: Log): Promise<Slipway> {
  const certificates = await ensureCertificates({ directory: directory.path, hosts: certificateHosts(config), clock: systemClock });
  const database = openDatabase({ path: directory.file('slipway.db'), log: log.with({ component: 'sql' }) });
  const token = ensureToken(directory.file('token'));
  const rooms = await openRooms({ database, directory, config, certificates, token, log });
  const manager = createManager({ parts: rooms.parts, clock: systemClock, log: log.with({ component: 'main' }) });
  const stop = async () => {
    rmSync(directory.file('server.json'), { force: true });
    await manager.stop();
    await database.close();
    directory.release();
  };
  try {
    await manager.start();
    const port = rooms.port();
    const url = pagesUrl(config.host, port);
    writeKubeconfig(directory, config, certificates, token, port);
    directory.writeServerRecord({ pid: process.pid, url, startedAt: toRfc3339(systemClock.now()) });
    log.info('ready', { url, dataDir: directory.path });
    return { url, port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As somebody on this machine opens it: an address that means every interface leads nowhere in a browser. */
export function pagesUrl(host: string, port: number): string {
  const name = clientHost(host) === '127.0.0.1' ? 'localhost' : host;
  return `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
}

function certificateHosts(config: Config): readonly string[] {
  const own = ['localhost', '127.0.0.1', '::1', ...podHosts(config), ...config.allowedHosts];
  return ['0.0.0.0', '::', ...own].includes(config.host) ? own : [...own, config.host];
}

function writeKubeconfig(directory: DataDirectory, config: Config, certificates: Certificates, token: string, port: number): void {
  const text = kubeconfigText({ server: `https://${clientHost(config.host)}:${port}`, authority: certificates.authority, token, namespace: 'default' });
  writePrivateFile(directory.file('kubeconfig'), text);
}
