// pods/{name}/exec and pods/{name}/attach: a command in a container, or what a container prints, its streams over WebSocket or SPDY.
import { failureStatus, type AttachOptions, type ContainerSession, type ExecOptions, type KubeObject, type Kubelet, type Outcome } from '../../base/mod.ts';
import type { UpgradeConnection, WebResponse } from '../../web/mod.ts';
import { badRequest } from '../refusals.ts';
import { carryCommand, type WantedOutputs } from '../streams/remote-command.ts';
import type { RemoteStreams } from '../streams/remote-streams.ts';
import { SPDY_COMMAND_VERSIONS, spdyStreams } from '../streams/spdy-streams.ts';
import { acceptSpdy, chooseStreamVersion, isSpdy } from '../streams/spdy-upgrade.ts';
import { acceptWebSocket, chooseProtocol, isWebSocket } from '../streams/web-socket.ts';
import { COMMAND_PROTOCOLS, webSocketStreams } from '../streams/web-socket-streams.ts';
import { getObject } from '../verbs/get.ts';
import { placeOf, type Call } from './call.ts';
import { refuseConnection } from './connection-admission.ts';
import { readQuery, type Parameters } from './query.ts';
import { statusResponse } from './respond.ts';

export async function answerExec(call: Call): Promise<WebResponse> {
  const options = execOptionsOf(call.request.query);
  if (!options.ok) return statusResponse(options.status);
  return answerSession(call, options.value, (kubelet, pod) => kubelet.exec(pod, options.value));
}

export async function answerAttach(call: Call): Promise<WebResponse> {
  const options = readQuery(call.request.query, attachOptionsOf);
  if (!options.ok) return statusResponse(options.status);
  return answerSession(call, options.value, (kubelet, pod) => kubelet.attach(pod, options.value));
}

type StartSession = (kubelet: Kubelet, pod: KubeObject) => Promise<Outcome<ContainerSession>>;

async function answerSession(call: Call, options: AttachOptions, start: StartSession): Promise<WebResponse> {
  const { context, kind, request } = call;
  if (!request.isUpgrade) return statusResponse(badRequest('Upgrade request required: the streams of a command need WebSocket or SPDY/3.1').status);
  const { namespace, name } = placeOf(call);
  const pod = getObject(context, kind, namespace, name);
  if (!pod.ok) return statusResponse(pod.status);
  const open = openerOf(call, options);
  if (open === undefined) return statusResponse(badRequest(`unable to upgrade: offer one of the protocols ${COMMAND_PROTOCOLS.join(', ')}`).status);
  const outputs = readQuery(request.query, outputsOf);
  if (!outputs.ok) return statusResponse(outputs.status);
  if (!options.hasStdin && !outputs.value.stdout && !outputs.value.stderr) return statusResponse(badRequest('you must specify at least 1 of stdin, stdout, stderr').status);
  const denial = await refuseConnection(call);
  if (denial !== undefined) return statusResponse(denial.status);
  const kubelet = context.kubelet();
  if (kubelet === undefined) return statusResponse(failureStatus('ServiceUnavailable', 'no node runs commands here'));
  const session = await start(kubelet, pod.value.object);
  if (!session.ok) return statusResponse(session.status);
  return {
    status: 101,
    takeOver(connection) {
      // A client that left meanwhile, or whose handshake is none, opens nothing.
      connection.socket.once('close', () => session.value.close());
      if (connection.socket.destroyed) return session.value.close();
      open(connection, (remote) => void carryCommand(session.value, remote, outputs.value));
    },
  };
}

type Open = (connection: UpgradeConnection, onOpen: (remote: RemoteStreams) => void) => void;

/** Undefined when the client offers nothing that is spoken here. */
function openerOf({ context, request }: Call, options: AttachOptions): Open | undefined {
  const protocol = isWebSocket(request) ? chooseProtocol(request, COMMAND_PROTOCOLS) : undefined;
  if (protocol !== undefined) {
    return (connection, onOpen) => acceptWebSocket(connection, protocol, context.clock, (webSocket) => onOpen(webSocketStreams(webSocket, options)));
  }
  const version = isSpdy(request) ? chooseStreamVersion(request, SPDY_COMMAND_VERSIONS) : undefined;
  if (version === undefined) return undefined;
  return (connection, onOpen) => {
    acceptSpdy(connection, version);
    onOpen(spdyStreams(connection.socket, options));
  };
}

function execOptionsOf(query: URLSearchParams): Outcome<ExecOptions> {
  const command = query.getAll('command');
  if (command.length === 0 || command[0] === '') return badRequest('you must specify at least 1 command for the container: the parameter command');
  return readQuery(query, (parameters) => ({ ...attachOptionsOf(parameters), command, tty: parameters.boolean('tty') === true }));
}

/** Those that the client wants to have; a terminal has but one. */
function outputsOf(parameters: Parameters): WantedOutputs {
  return { stdout: parameters.boolean('stdout') === true, stderr: parameters.boolean('stderr') === true && parameters.boolean('tty') !== true };
}

function attachOptionsOf(parameters: Parameters): AttachOptions {
  const container = parameters.text('container');
  return { hasStdin: parameters.boolean('stdin') === true, ...(container === undefined ? {} : { container }) };
}
