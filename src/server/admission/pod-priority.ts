// The priority of a Pod: the number that its class stands for. After plugin/pkg/admission/priority of Kubernetes.
import { success, type KubeObject, type Outcome } from '../../base/mod.ts';
import { fieldOf, textAt } from '../../api/mod.ts';
import { forbidden } from '../refusals.ts';
import type { AdmissionFacts, AdmissionPlugin, AdmissionRequest } from './admission.ts';

interface Priority {
  readonly className: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

const CLASSES_PREFIX = 'priorityclasses.scheduling.k8s.io/';
/** Classes that every cluster has. */
const SYSTEM_VALUES: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };
const NONE: Priority = { className: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' };

export const podPriorityAdmission: AdmissionPlugin = { name: 'Priority', resources: ['pods'], operations: ['CREATE', 'UPDATE'], complete };

function complete({ kind, object: pod, old }: AdmissionRequest, facts: AdmissionFacts): Outcome<KubeObject> {
  if (old !== undefined) return success(withPriorityOf(old, pod));
  const named = textAt(pod, '', 'spec', 'priorityClassName');
  const priority = named === '' ? defaultPriority(facts) : priorityOf(named, facts);
  if (priority === undefined) return forbidden(kind, pod.metadata.name, `no PriorityClass with name ${named} was found`);
  const given = fieldOf(pod.spec, 'priority');
  if (typeof given === 'number' && given !== priority.value) {
    const why = `the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${priority.value} from the given PriorityClass name`;
    return forbidden(kind, pod.metadata.name, why);
  }
  const policy = textAt(pod, '', 'spec', 'preemptionPolicy');
  if (policy !== '' && policy !== priority.preemptionPolicy) {
    const why = `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; priority admission controller computed ${priority.preemptionPolicy} from the given PriorityClass name`;
    return forbidden(kind, pod.metadata.name, why);
  }
  const { className, value, preemptionPolicy } = priority;
  return success({ ...pod, spec: { ...pod.spec, ...(className === '' ? {} : { priorityClassName: className }), priority: value, preemptionPolicy } });
}

/** It was chosen when the Pod was made; whoever writes the Pod back need not know it. */
function withPriorityOf(old: KubeObject, pod: KubeObject): KubeObject {
  const kept = ['priority', 'preemptionPolicy'].filter((member) => (pod.spec?.[member] ?? undefined) === undefined && old.spec?.[member] !== undefined);
  return kept.length === 0 || pod.spec === undefined ? pod : { ...pod, spec: { ...pod.spec, ...Object.fromEntries(kept.map((member) => [member, old.spec![member]])) } };
}

function priorityOf(name: string, facts: AdmissionFacts): Priority | undefined {
  const found = facts.get(`${CLASSES_PREFIX}${name}`)?.object;
  if (found !== undefined) return readPriority(found);
  const value = Object.hasOwn(SYSTEM_VALUES, name) ? SYSTEM_VALUES[name] : undefined;
  return value === undefined ? undefined : { ...NONE, className: name, value };
}

/** Of several defaults the lowest counts. */
function defaultPriority(facts: AdmissionFacts): Priority {
  const defaults = facts.list(CLASSES_PREFIX).filter((candidate) => candidate['globalDefault'] === true).map(readPriority);
  return defaults.toSorted((a, b) => a.value - b.value)[0] ?? NONE;
}

function readPriority(object: KubeObject): Priority {
  const { value, preemptionPolicy } = object;
  return {
    className: object.metadata.name,
    value: typeof value === 'number' ? value : 0,
    preemptionPolicy: typeof preemptionPolicy === 'string' ? preemptionPolicy : NONE.preemptionPolicy,
  };
}
