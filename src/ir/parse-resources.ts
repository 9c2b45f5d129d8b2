// Resources of a container: numbers in older documents, quantities as text in newer ones, where a placeholder may stand for one.
import type { JsonObject } from '../base/mod.ts';
import { parseQuantity } from '../expr/mod.ts';
import { complain, jsonAt, numberAt, sectionAt, textAt, wordFor, type Section } from './section.ts';

const NUMBERS = ['cpuLimit', 'memoryLimit', 'cpuRequest', 'memoryRequest'];
const QUANTITIES = ['resourceCpuLimit', 'resourceMemoryLimit', 'resourceCpuRequest', 'resourceMemoryRequest'];

/** Checks what it knows; the section stays as it is written. */
export function parseResources(container: Section): JsonObject | undefined {
  const resources = sectionAt(container, 'resources');
  if (resources === undefined) return undefined;
  for (const name of NUMBERS) {
    const value = numberAt(resources, name);
    if (value !== undefined && value < 0) complain(resources, name, 'must not be negative.');
  }
  for (const name of QUANTITIES) {
    const text = textAt(resources, name);
    if (text === undefined || text === '' || text.includes('{{') || parseQuantity(text).ok) continue;
    complain(resources, name, `must be a quantity such as "500m" or "2Gi", not ${wordFor(text)}.`);
  }
  const accelerator = sectionAt(resources, 'accelerator');
  if (accelerator !== undefined) checkAccelerator(accelerator);
  return resources.members;
}

/** `type` and `count` in older documents. */
function checkAccelerator(accelerator: Section): void {
  textAt(accelerator, 'type');
  textAt(accelerator, 'resourceType');
  for (const name of ['count', 'resourceCount']) {
    const count = jsonAt(accelerator, name);
    if (typeof count === 'string' && (count === '' || count.includes('{{'))) continue;
    const number = numberAt(accelerator, name);
    if (number !== undefined && !(Number.isInteger(number) && number >= 0)) complain(accelerator, name, `must be a whole number, not ${number}.`);
  }
}
