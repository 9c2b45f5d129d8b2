// Containers as processes of this machine, held by the supervisor.
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../../base/mod.ts';
import { withoutToken } from '../pods/api-address.ts';
import type { ProcessProgram } from '../pods/container-program.ts';
import { hostNamespacesWarning } from '../pods/host-namespaces.ts';
import { plainView, refuseInvisible } from '../pods/plain-view.ts';
import { primaryGidOf } from '../pods/machine-users.ts';
import { hasReadOnlyRoot, rootRefusal, userOf } from '../pods/security-context.ts';
import { NO_STEP } from '../pods/step.ts';
import type { SupervisorLink } from '../supervisor-link.ts';
import type { ContainerMount, ExecCommand, ForkCommand, HelloReply, ProcessUser, StartContainerRequest, StartedProcess, Supervisor } from '../supervisor/protocol.ts';
import { attachedSession } from './attached-session.ts';
import { startSession, terminalEnv } from './container-session.ts';
import type { ContainerPlan, Runtime } from './runtime.ts';

/** Places of the machine that every user finds. */
const OPEN_TO_ALL = /^\/(usr|opt)(\/|$)/;

/** Every call throws Failure `SupervisorLost` while there is no supervisor. */
export function createProcessRuntime(link: SupervisorLink): Runtime<ProcessProgram> {
  return {
    get instanceIds() {
      return [link.supervisor.hello.instanceId];
    },
    awayInstanceIds: [],
    start: (program, plan) => startProcess(link.supervisor, program, plan),
    list: () => link.list(),
    openSession: async (id, options) => startSession(await link.supervisor.entrance(id), options),
    attach: async (id, options) => attachedSession(await link.supervisor.attach(id), options),
    terminate: (id, stopSignal) => link.supervisor.signal(id, numberOf(stopSignal)),
    async limit(id, limits) {
      const refusal = await link.supervisor.limit(id, limits);
      if (refusal !== '') throw new Failure('LimitsRefused', refusal);
    },
    killContainer: (id) => link.supervisor.killContainer(id),
    async killPod(podUid) {
      await link.supervisor.killPod(podUid);
    },
    async removePod(podUid, directories) {
      const { left = directories } = await link.supervisor.removePod(podUid, directories);
      return left;
    },
  };
}

/** Names that other systems have (SIGRTMIN+1) are SIGTERM here. */
function numberOf(signal: string | undefined): number {
  return (constants.signals as Readonly<Record<string, number>>)[signal ?? 'SIGTERM'] ?? constants.signals.SIGTERM;
}

function startProcess(supervisor: Supervisor, program: ProcessProgram, plan: ContainerPlan): Promise<StartedProcess> {
  const unshared = supervisor.hello.sandbox ? hostNamespacesWarning(plan.pod, plan.container) : undefined;
  if (unshared !== undefined) plan.onWarning('HostNotShared', unshared);
  const user = userFor(plan, supervisor.hello);
  const { command, fresh, files, mounts } = supervisor.hello.sandbox ? sandboxed(program, plan, user) : plain(program, plan, supervisor.hello.reason);
  const request: StartContainerRequest = {
    id: plan.id,
    podUid: plan.pod.metadata.uid!,
    sandbox: { tmpDir: plan.tmpDirectory, ...(hasReadOnlyRoot(plan.pod, plan.container) ? { isReadOnly: true } : {}), hostname: plan.hostname },
    ...(plan.address.kind === 'own' ? { isInPodNetwork: true } : {}),
    command: inTerminal(plan, command),
    mounts,
    files,
    limits: plan.limits,
    logFile: plan.logFile,
    logFileBytesMax: plan.logLimits.fileBytesMax,
    logFileCountMax: plan.logLimits.fileCountMax,
    exitFile: plan.exitFileOf(supervisor.hello.instanceId),
    ...(plan.beside === undefined ? {} : { beside: plan.beside.pid }),
    ...(plan.stdin ? { stdin: true } : {}),
    ...(plan.tty ? { tty: true } : {}),
    ...(user === undefined ? {} : { user }),
  };
  return forkOrStart(supervisor, request, inTerminal(plan, fresh));
}

function inTerminal<C extends ExecCommand | ForkCommand>({ tty }: ContainerPlan, command: C): C {
  return tty ? { ...command, env: terminalEnv(command.env) } : command;
}

/** Throws Failure `ConfigMissing` when it must not run as root and would. */
function userFor({ pod, container, onWarning }: ContainerPlan, { canSetUser }: HelloReply): ProcessUser | undefined {
  const user = userOf(pod, container, primaryGidOf);
  const own = process.geteuid?.() ?? 0;
  const refusal = rootRefusal(pod, container, canSetUser ? (user?.uid ?? own) : own);
  if (refusal !== undefined) throw new Failure('ConfigMissing', refusal);
  if (user === undefined || canSetUser) return user;
  if (user.uid !== own) onWarning('UserDiffers', `container ${container} runs as user ${own} of this machine, not as ${user.uid}: only root can become another user`);
  return undefined;
}

type View = Pick<ProcessProgram, 'command' | 'fresh' | 'files' | 'mounts'>;

function sandboxed({ command, fresh, files, mounts, homes = [], shell }: ProcessProgram, plan: ContainerPlan, user: ProcessUser | undefined): View {
  const own = [
    ...(shell === undefined ? [] : [{ source: shell, target: '/bin/sh', readOnly: true }]),
    ...(user === undefined ? [] : homes.filter((home) => !OPEN_TO_ALL.test(home)).map((home) => ({ source: home, target: home, readOnly: true }))),
  ];
  const message = plan.message === undefined ? [] : [plan.message];
  return { command, fresh, files, mounts: outerFirst([...own, ...mounts, ...plan.mounts, ...message, ...(plan.step?.mounts ?? [])]) };
}

/** In whichever order a Pod names its mounts, none hides one that lies below it. Of two at one place the later one counts. */
function outerFirst(mounts: readonly ContainerMount[]): readonly ContainerMount[] {
  const depthOf = ({ target }: ContainerMount) => target.split('/').filter((segment) => segment !== '').length;
  return mounts.toSorted((a, b) => depthOf(a) - depthOf(b));
}

/** Where there are no namespaces. */
function plain({ command, fresh, files, mounts }: ProcessProgram, { mounts: volumes, step = NO_STEP, tmpDirectory, container, onWarning }: ContainerPlan, reason: string): View {
  const wanted = withoutToken([...mounts, ...volumes]);
  // Its own /etc/hosts and the like lie in its directory as they would in the container.
  const visible = wanted.filter(({ source, target }) => source !== join(dirname(tmpDirectory), target));
  if (visible.length < wanted.length) onWarning('NamesDiffer', `container ${container} finds the names that the machine knows, not its hostAliases and dnsConfig: ${reason}`);
  refuseInvisible(visible, reason);
  const view = plainView({ step, tmpDirectory, files, reason });
  return { command: view.command(command), fresh: view.command(fresh), files: view.files, mounts: visible };
}

/** A warm parent may end between its choice and the fork; then the program starts in a process of its own. */
async function forkOrStart(supervisor: Supervisor, request: StartContainerRequest, fresh: ExecCommand): Promise<StartedProcess> {
  try {
    return await supervisor.startContainer(request);
  } catch (error) {
    const isParentGone = error instanceof Failure && (error.reason === 'ParentFailed' || error.reason === 'NotFound');
    if (!isParentGone || request.command.kind === 'exec') throw error;
    return supervisor.startContainer({ ...request, command: fresh });
  }
}
