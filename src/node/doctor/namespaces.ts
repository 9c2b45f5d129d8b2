// Whether this kernel lets the user wall Pods off from each other, and what stands in the way when it does not.
import { readFile } from 'node:fs/promises';
import type { Finding } from './finding.ts';
import { probe } from './programs.ts';

const SUBJECT = 'walls';

/** Settings by which distributions forbid user namespaces, with the value that forbids. */
const SWITCHES = [
  { file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns', name: 'kernel.apparmor_restrict_unprivileged_userns', forbids: '1', allows: '0' },
  { file: '/proc/sys/kernel/unprivileged_userns_clone', name: 'kernel.unprivileged_userns_clone', forbids: '0', allows: '1' },
  { file: '/proc/sys/user/max_user_namespaces', name: 'user.max_user_namespaces', forbids: '0', allows: '10000' },
] as const;

export async function checkNamespaces(platform: string, isRoot: boolean): Promise<Finding> {
  if (platform !== 'linux') {
    const observation = `${platform} has no namespaces: Pods run as plain processes`;
    return { subject: SUBJECT, verdict: 'lacking', observation, nextStep: 'steps see each other and the whole file system; run only code that you trust' };
  }
  const asUser = isRoot ? [] : ['--user', '--map-root-user'];
  const works = await probe('unshare', [...asUser, '--pid', '--mount', '--fork', 'true']);
  if (works !== undefined) return { subject: SUBJECT, verdict: 'good', observation: 'PID and mount namespaces for every Pod' };
  const settings = await Promise.all(SWITCHES.map(async (entry) => ({ ...entry, value: await readSetting(entry.file) })));
  return explainRefusal(settings, isRoot);
}

export function explainRefusal(settings: readonly { name: string; forbids: string; allows: string; value: string | undefined }[], isRoot: boolean): Finding {
  const observation = 'the kernel refuses namespaces: Pods run as plain processes';
  const guilty = settings.find(({ value, forbids }) => value === forbids);
  const nextStep =
    guilty !== undefined && !isRoot
      ? `sudo sysctl ${guilty.name}=${guilty.allows}`
      : 'in a container, give it the right (docker run --security-opt seccomp=unconfined --cap-add SYS_ADMIN); util-linux must be installed';
  return { subject: SUBJECT, verdict: 'lacking', observation, nextStep };
}

async function readSetting(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined; // this kernel has no such switch
  }
}
