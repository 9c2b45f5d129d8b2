// pods/{name}/portforward: connections to ports of a Pod, over WebSocket or SPDY.
import { createWebSocketStream } from 'ws';
import { failureStatus } from '../../base/mod.ts';
import type { WebResponse } from '../../web/mod.ts';
import { badRequest } from '../refusals.ts';
import { FORWARD_CHANNEL_PROTOCOL, FORWARD_TUNNEL_PROTOCOL, FORWARD_VERSION, forwardOverChannels, forwardOverSpdy, isPort, type ConnectPort } from '../streams/port-forward.ts';
import { acceptSpdy, chooseStreamVersion, isSpdy } from '../streams/spdy-upgrade.ts';
import { acceptWebSocket, chooseProtocol, isWebSocket } from '../streams/web-socket.ts';
import { getObject } from '../verbs/get.ts';
import { placeOf, type Call } from './call.ts';
import { refuseConnection } from './connection-admission.ts';
import { statusResponse } from './respond.ts';

const PORT_COUNT_MAX = 100;

export async function answerPortForward(call: Call): Promise<WebResponse> {
  const { context, kind, request } = call;
  const { namespace, name } = placeOf(call);
  const pod = getObject(context, kind, namespace, name);
  if (!pod.ok) return statusResponse(pod.status);
  const denial = await refuseConnection(call);
  if (denial !== undefined) return statusResponse(denial.status);
  const kubelet = context.kubelet();
  if (kubelet === undefined) return statusResponse(failureStatus('ServiceUnavailable', 'no node forwards ports here'));
  const { object } = pod.value;
  if (object.status?.['phase'] !== 'Running') return statusResponse(badRequest(`unable to forward port because pod is not running. Current status=${String(object.status?.['phase'])}`).status);
  const connect: ConnectPort = (port) => kubelet.connect(object, port);
  if (isSpdy(request) && chooseStreamVersion(request, [FORWARD_VERSION]) !== undefined) {
    return {
      status: 101,
      takeOver(connection) {
        acceptSpdy(connection, FORWARD_VERSION);
        forwardOverSpdy(connection.socket, connect);
      },
    };
  }
  return overWebSocket(call, connect);
}

function overWebSocket({ context, request }: Call, connect: ConnectPort): WebResponse {
  const protocol = isWebSocket(request) ? chooseProtocol(request, [FORWARD_TUNNEL_PROTOCOL, FORWARD_CHANNEL_PROTOCOL]) : undefined;
  if (protocol === undefined) {
    return statusResponse(badRequest(`Upgrade request required: offer SPDY/3.1 with ${FORWARD_VERSION}, or a WebSocket with ${FORWARD_TUNNEL_PROTOCOL} or ${FORWARD_CHANNEL_PROTOCOL}`).status);
  }
  const ports = request.query.getAll('ports').flatMap((text) => text.split(',')).map(Number);
  const isCounted = ports.length > 0 && ports.length <= PORT_COUNT_MAX && ports.every(isPort);
  if (protocol === FORWARD_CHANNEL_PROTOCOL && !isCounted) {
    return statusResponse(badRequest(`query parameter "ports" is required: 1 to ${PORT_COUNT_MAX} numbers of ports`).status);
  }
  return {
    status: 101,
    takeOver: (connection) =>
      acceptWebSocket(connection, protocol, context.clock, (webSocket) => {
        if (protocol === FORWARD_CHANNEL_PROTOCOL) forwardOverChannels(webSocket, ports, connect);
        else forwardOverSpdy(createWebSocketStream(webSocket), connect);
      }),
  };
}
