// Whether images without a recipe can run here. Asks the sockets that are there; starts no engine.
import { createEngineApi } from '../containers/engine-api.ts';
import { askEngine } from '../containers/engine.ts';
import { engineCandidates, type EngineSetting } from '../containers/find-engine.ts';
import type { Finding } from './finding.ts';
import { probe } from './programs.ts';

const SUBJECT = 'containers';

export async function checkContainerEngine(setting: EngineSetting, variables: Readonly<Record<string, string>>): Promise<Finding> {
  if (setting === 'off') return { subject: SUBJECT, verdict: 'good', observation: 'switched off (--container-engine off)' };
  for (const candidate of engineCandidates(setting, variables)) {
    if (candidate.kind === 'podman-service') {
      const version = await probe('podman', ['--version']);
      if (version !== undefined) return judgeOwnPodman(version, await probe('podman', ['info', '--format', '{{.Host.OCIRuntime.Name}}']));
      continue;
    }
    const engine = await askEngine(createEngineApi(candidate.path)).catch(() => undefined);
    if (engine !== undefined) return { subject: SUBJECT, verdict: 'good', observation: `${engine.kind} ${engine.version} at ${candidate.path} runs images without a recipe` };
  }
  return judgeNoEngine(setting, await probe('docker', ['--version']));
}

/** `runtime` is undefined when podman itself does not get along here. */
export function judgeOwnPodman(version: string, runtime: string | undefined): Finding {
  if (runtime !== undefined) return { subject: SUBJECT, verdict: 'good', observation: `${version} (${runtime}) is started for images without a recipe` };
  return { subject: SUBJECT, verdict: 'lacking', observation: `${version} is installed and does not work`, nextStep: '`podman info` says why; images without a recipe wait for it' };
}

export function judgeNoEngine(setting: EngineSetting, dockerVersion: string | undefined): Finding {
  if (setting !== 'auto') return { subject: SUBJECT, verdict: 'lacking', observation: `no engine answers at ${setting}`, nextStep: 'start it, or leave --container-engine at auto' };
  if (dockerVersion !== undefined) {
    return { subject: SUBJECT, verdict: 'lacking', observation: `${dockerVersion}, whose engine does not answer`, nextStep: 'start Docker, or let your user reach it (sudo usermod -aG docker $USER, then log in anew)' };
  }
  const nextStep = 'only needed for images without a recipe: install podman (apt-get install podman, dnf install podman, brew install podman)';
  return { subject: SUBJECT, verdict: 'lacking', observation: 'neither podman nor docker', nextStep };
}
