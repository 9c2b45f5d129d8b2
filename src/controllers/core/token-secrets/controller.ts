// Secrets with the token of a ServiceAccount go with it: nobody could log in with them any more. After
// pkg/controller/serviceaccount/tokens_controller.go of Kubernetes; they are filled when they are made (server/admission/token-secret.ts).
import { SECRETS, SERVICE_ACCOUNTS } from '../../../api/mod.ts';
import { Failure, type KubeObject } from '../../../base/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';

const NAME_ANNOTATION = 'kubernetes.io/service-account.name';
const UID_ANNOTATION = 'kubernetes.io/service-account.uid';
const TYPE_SELECTOR = 'type=kubernetes.io/service-account-token';
/** At the start all namespaces are looked at: an account may have gone while nobody looked. */
const ALL_NAMESPACES = '';

/** One key for each namespace. */
export function createTokenSecretsController(ports: ControllerPorts): Controller {
  const accounts = ports.informers.identitiesOf(SERVICE_ACCOUNTS);
  return createController(ports, {
    name: 'token-secrets',
    concurrency: 1,
    async reconcile(namespace) {
      const listed = await ports.api.list(SECRETS, namespace === ALL_NAMESPACES ? undefined : namespace, { fieldSelector: TYPE_SELECTOR });
      if (!listed.ok) throw new Failure(listed.status.reason, listed.status.message);
      for (const secret of listed.value.items) if (await isLeft(ports, secret)) await remove(ports, secret);
      return DONE;
    },
    follow(queue) {
      queue.add(ALL_NAMESPACES);
      accounts.onChange(({ kind, object }) => {
        if (kind === 'delete') queue.add(object.metadata.namespace ?? '');
      });
    },
  });
}

/** Its account is gone, or another one of that name. */
async function isLeft({ api }: ControllerPorts, { metadata: { namespace, annotations = {} } }: KubeObject): Promise<boolean> {
  const [name, uid] = [annotations[NAME_ANNOTATION], annotations[UID_ANNOTATION]];
  if (name === undefined || uid === undefined) return false;
  const account = await api.get({ type: SERVICE_ACCOUNTS, namespace, name });
  return account.ok ? account.value.metadata.uid !== uid : account.status.reason === 'NotFound';
}

async function remove({ api }: ControllerPorts, { metadata: { namespace, name, uid = '' } }: KubeObject): Promise<void> {
  const outcome = await api.delete({ type: SECRETS, namespace, name }, { preconditions: { uid } });
  if (!outcome.ok && !['NotFound', 'Conflict'].includes(outcome.status.reason)) throw new Failure(outcome.status.reason, outcome.status.message);
}
