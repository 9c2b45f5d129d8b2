// What a Pod asks for as a whole (validatePodResources in pkg/apis/core/validation of Kubernetes).
import { isJsonObject, objectsOf, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { formatQuantity } from '../../expr/mod.ts';
import { invalid, notSupported } from '../causes.ts';
import { resourceCauses, resourceNameCauses } from './container-resources-validation.ts';
import { amountsOf, containerAmounts, HUGE_PAGES, isOfTheWhole } from './pod-resources.ts';

/** The whole is not less than what its containers ask for together, nor than what one of them may have. */
export function wholeResourceCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  if (!isJsonObject(spec['resources'])) return [];
  const requests = amountsOf(spec, 'requests');
  const limits = amountsOf(spec, 'limits');
  const tooLittle = [...containerAmounts(spec, 'requests')].flatMap(([name, together]) => {
    const whole = requests.get(name);
    const isEnough = whole === undefined || whole.nanos >= together.nanos;
    return isEnough ? [] : [invalid(`${path}.requests[${name}]`, formatQuantity(whole), `must be greater than or equal to aggregate container requests of ${formatQuantity(together)}`)];
  });
  const tooLow = objectsOf(spec['containers']).flatMap((container) =>
    [...amountsOf(container, 'limits')].flatMap(([name, limit]) => {
      const whole = limits.get(name);
      const isWithin = whole === undefined || limit.nanos <= whole.nanos;
      return isWithin ? [] : [invalid(`${path}.limits[${name}]`, formatQuantity(whole), `must be greater than or equal to the limit of the container ${JSON.stringify(container['name'])}, ${formatQuantity(limit)}`)];
    }),
  );
  return [...resourceCauses(spec, path, nameOfTheWholeCauses), ...tooLittle, ...tooLow];
}

function nameOfTheWholeCauses(name: string, path: string): readonly StatusCause[] {
  const causes = resourceNameCauses(name, path);
  return causes.length > 0 || isOfTheWhole(name) ? causes : [notSupported(path, name, ['cpu', HUGE_PAGES, 'memory'])];
}
