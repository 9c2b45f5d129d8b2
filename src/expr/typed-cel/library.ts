// All functions of the language and its libraries, and the names that stand before a dot without being values.
import { declareAccess } from './access-library.ts';
import { declareConversions, declareOperators } from './arithmetic.ts';
import { declareCollections, declareOptionals } from './collection-library.ts';
import { FunctionTable } from './functions.ts';
import { declareKubernetes } from './kubernetes-library.ts';
import { declareText, declareTimes } from './text-library.ts';

export const FUNCTIONS = new FunctionTable();
declareOperators(FUNCTIONS);
declareConversions(FUNCTIONS);
declareText(FUNCTIONS);
declareTimes(FUNCTIONS);
declareCollections(FUNCTIONS);
declareOptionals(FUNCTIONS);
declareKubernetes(FUNCTIONS);
declareAccess(FUNCTIONS);

const FORMATS = [
  ...['dns1123Label', 'dns1123Subdomain', 'dns1035Label', 'qualifiedName', 'dns1123LabelPrefix', 'dns1123SubdomainPrefix'],
  ...['dns1035LabelPrefix', 'labelValue', 'uri', 'uuid', 'byte', 'date', 'datetime'],
];

export const NAMESPACES: Readonly<Record<string, readonly string[]>> = {
  optional: ['of', 'none', 'ofNonZeroValue'],
  sets: ['contains', 'equivalent', 'intersects'],
  format: ['named', ...FORMATS],
  ip: ['isCanonical'],
};
