// A Secret of type kubernetes.io/service-account-token is filled when it is made: token, certificates, namespace. Upstream's
// controller does it a moment later (pkg/controller/serviceaccount/tokens_controller.go).
import { success, type KubeObject, type Outcome } from '../../base/mod.ts';
import { forbidden } from '../refusals.ts';
import type { AdmissionFacts, AdmissionPlugin, AdmissionRequest } from './admission.ts';

const TYPE = 'kubernetes.io/service-account-token';
const NAME_ANNOTATION = 'kubernetes.io/service-account.name';
const UID_ANNOTATION = 'kubernetes.io/service-account.uid';

export const tokenSecretAdmission: AdmissionPlugin = { name: 'TokenSecret', resources: ['secrets'], operations: ['CREATE'], complete };

function complete({ kind, object: secret }: AdmissionRequest, facts: AdmissionFacts): Outcome<KubeObject> {
  const { serviceAccountTokens: tokens, rootCertificates = '' } = facts;
  const { namespace = '', name, annotations = {} } = secret.metadata;
  const accountName = annotations[NAME_ANNOTATION];
  if (secret['type'] !== TYPE || accountName === undefined || tokens === undefined) return success(secret);
  const account = facts.get(`serviceaccounts/${namespace}/${accountName}`)?.object;
  if (account === undefined) return forbidden(kind, name, `it is for the service account ${namespace}/${accountName}, which does not exist; create that first`);
  const given = typeof secret['data'] === 'object' ? secret['data'] : {};
  const filled = { token: tokens.issueLegacy(account, { name }), 'ca.crt': rootCertificates, namespace };
  return success({
    ...secret,
    metadata: { ...secret.metadata, annotations: { ...annotations, [UID_ANNOTATION]: account.metadata.uid ?? '' } },
    data: { ...given, ...Object.fromEntries(Object.entries(filled).map(([key, text]) => [key, Buffer.from(text).toString('base64')])) },
  });
}
