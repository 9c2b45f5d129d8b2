// The facts of a commit: single objects as earlier writes of the group left them, lists as they were committed last.
import type { StoreReader } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import type { AdmissionFacts } from './admission.ts';

export function admissionFacts({ store, rng, isAutoNamespace, serviceAccountTokens, rootCertificates }: ServerContext, reader: StoreReader): AdmissionFacts {
  return { get: (key) => reader.get(key), list: (prefix) => store.list(prefix).map((entry) => entry.object), rng, isAutoNamespace, serviceAccountTokens, rootCertificates };
}
