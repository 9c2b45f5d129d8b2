// A step document says where its outputs lie and which task they belong to: the node believes it. So nobody but Slipway
// itself may write one into a Pod.
import { STEP_ANNOTATION } from '../../api/mod.ts';
import { forbidden, type Refusal } from '../refusals.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { SLIPWAY_USER } from './slipway-identity.ts';

export const stepAnnotationAdmission: AdmissionPlugin = { name: 'StepAnnotation', resources: ['pods'], operations: ['CREATE', 'UPDATE'], refuse };

function refuse({ kind, object, old, identity }: AdmissionRequest): Refusal | undefined {
  const [wanted, present] = [object, old].map((pod) => pod?.metadata.annotations?.[STEP_ANNOTATION]);
  if (wanted === present || identity.user === SLIPWAY_USER) return undefined;
  return forbidden(kind, object.metadata.name, `the annotation ${STEP_ANNOTATION} is Slipway's own; leave it out`);
}
