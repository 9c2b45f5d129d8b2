// admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration and MutatingWebhookConfiguration: who is asked before a write.
import { describeError, isJsonObject, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isDnsSubdomain } from '../../expr/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { duplicate, invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, integerColumn, itemsAt, textAt } from '../columns.ts';
import { supportedCauses } from '../core/member-causes.ts';
import { fillMissing, mapLists, mapMembers } from '../defaulting.ts';
import { fieldOf, type KindDefinition, type TableColumn } from '../kind.ts';
import { labelSelectorCauses } from '../label-selector.ts';
import { compileMatchCondition } from './match-condition.ts';

const TIMEOUT_SECONDS = 10;
const TIMEOUT_SECONDS_MAX = 30;
const SERVICE_PORT = 443;
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
const NAME_SEGMENTS_MIN = 3;

const COLUMNS: readonly TableColumn[] = [NAME_COLUMN, integerColumn('Webhooks', 'Number of webhooks.', (configuration) => itemsAt(configuration, 'webhooks').length), AGE_COLUMN];

export const validatingWebhookConfigurationKind: KindDefinition = builtinKind('admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
  hasGeneration: true,
  setDefaults: (configuration) => defaultWebhooks(configuration, {}),
  validate: webhookListCauses,
  columns: COLUMNS,
});

export const mutatingWebhookConfigurationKind: KindDefinition = builtinKind('admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
  hasGeneration: true,
  setDefaults: (configuration) => defaultWebhooks(configuration, { reinvocationPolicy: 'Never' }),
  validate: webhookListCauses,
  columns: COLUMNS,
});

function defaultWebhooks(configuration: KubeObject, more: JsonObject): KubeObject {
  if (configuration['webhooks'] === undefined) return configuration;
  const defaults = { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: TIMEOUT_SECONDS, ...more };
  const change = (webhook: Json) => (isJsonObject(webhook) ? defaultWebhook(fillMissing(webhook, defaults)) : webhook);
  return { ...configuration, webhooks: itemsAt(configuration, 'webhooks').map(change) };
}

function defaultWebhook(webhook: JsonObject): JsonObject {
  const scoped = mapLists(webhook, { rules: (rule) => fillMissing(rule, { scope: '*' }) });
  return mapMembers(scoped, { clientConfig: (config) => mapMembers(config, { service: (service) => fillMissing(service, { port: SERVICE_PORT }) }) });
}

function webhookListCauses(configuration: KubeObject): readonly StatusCause[] {
  const names = new Set<string>();
  return itemsAt(configuration, 'webhooks').flatMap((webhook, index) => {
    const path = `webhooks[${index}]`;
    const name = textAt(webhook, '', 'name');
    const isTaken = name !== '' && names.has(name);
    names.add(name);
    return [...nameCausesOf(name, `${path}.name`), ...webhookCauses(webhook, path), ...(isTaken ? [duplicate(`${path}.name`, name)] : [])];
  });
}

function nameCausesOf(name: string, path: string): readonly StatusCause[] {
  if (name === '') return [required(path)];
  if (!isDnsSubdomain(name)) return [invalid(path, name, "must be a lower case RFC 1123 subdomain: letters, digits, '-' and '.', a letter or digit at both ends of each part")];
  return name.split('.').length < NAME_SEGMENTS_MIN ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')] : [];
}

function webhookCauses(webhook: Json, path: string): readonly StatusCause[] {
  const sideEffects = textAt(webhook, '', 'sideEffects');
  const timeout = fieldOf(webhook, 'timeoutSeconds');
  const versions = itemsAt(webhook, 'admissionReviewVersions').map(String);
  return [
    ...itemsAt(webhook, 'rules').flatMap((rule, index) => ruleCauses(rule, `${path}.rules[${index}]`)),
    ...supportedCauses(webhook, path, 'failurePolicy', ['Fail', 'Ignore']),
    ...supportedCauses(webhook, path, 'matchPolicy', ['Equivalent', 'Exact']),
    ...supportedCauses(webhook, path, 'reinvocationPolicy', ['IfNeeded', 'Never']),
    ...(sideEffects === '' ? [required(`${path}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`)] : supportedCauses(webhook, path, 'sideEffects', SIDE_EFFECTS)),
    ...(typeof timeout === 'number' && (timeout < 1 || timeout > TIMEOUT_SECONDS_MAX) ? [invalid(`${path}.timeoutSeconds`, timeout, 'the timeout value must be between 1 and 30 seconds')] : []),
    ...['namespaceSelector', 'objectSelector'].flatMap((member) => labelSelectorCauses(fieldOf(webhook, member), `${path}.${member}`)),
    ...clientCauses(fieldOf(webhook, 'clientConfig'), `${path}.clientConfig`),
    ...itemsAt(webhook, 'matchConditions').flatMap((condition, index) => conditionCauses(condition, `${path}.matchConditions[${index}]`)),
    ...versionCauses(versions, `${path}.admissionReviewVersions`),
  ];
}

function conditionCauses(condition: Json, path: string): readonly StatusCause[] {
  const [name, expression] = [textAt(condition, '', 'name'), textAt(condition, '', 'expression')];
  const unnamed = name === '' ? [required(`${path}.name`)] : [];
  if (expression === '') return [...unnamed, required(`${path}.expression`)];
  try {
    compileMatchCondition(expression);
    return unnamed;
  } catch (error) {
    return [...unnamed, invalid(`${path}.expression`, expression, `compilation failed: ${describeError(error)}`)];
  }
}

function ruleCauses(rule: Json, path: string): readonly StatusCause[] {
  const lists = ['operations', 'apiGroups', 'apiVersions', 'resources'];
  const given = (list: string) => itemsAt(rule, list).map(String);
  return [
    ...lists.filter((list) => given(list).length === 0).map((list) => required(`${path}.${list}`)),
    ...['operations', 'apiGroups', 'apiVersions']
      .filter((list) => given(list).length > 1 && given(list).includes('*'))
      .map((list) => invalid(`${path}.${list}`, given(list), "if '*' is present, must not specify others")),
    ...given('operations').flatMap((operation, index) => (OPERATIONS.includes(operation) ? [] : [notSupported(`${path}.operations[${index}]`, operation, OPERATIONS)])),
    ...supportedCauses(rule, path, 'scope', SCOPES),
  ];
}

function clientCauses(config: Json | undefined, path: string): readonly StatusCause[] {
  const [url, service] = [fieldOf(config, 'url'), fieldOf(config, 'service')];
  if ((url === undefined) === (service === undefined)) return [required(path, 'exactly one of url or service is required')];
  if (url !== undefined) return urlCauses(String(url), `${path}.url`);
  return ['name', 'namespace'].filter((member) => textAt(service, '', member) === '').map((member) => required(`${path}.service.${member}`, `service ${member} is required`));
}

function urlCauses(text: string, path: string): readonly StatusCause[] {
  const url = URL.parse(text);
  if (url === null) return [required(path, `url must be a valid URL: ${text}`)];
  return [
    ...(url.protocol === 'https:' ? [] : [invalid(path, url.protocol.slice(0, -1), "'https' is the only allowed URL scheme")]),
    ...(url.username === '' && url.password === '' ? [] : [invalid(path, url.username, 'user information is not permitted in the URL')]),
    ...(url.hash === '' ? [] : [invalid(path, url.hash, 'fragments are not permitted in the URL')]),
    ...(url.search === '' ? [] : [invalid(path, url.search, 'query parameters are not permitted in the URL')]),
  ];
}

function versionCauses(versions: readonly string[], path: string): readonly StatusCause[] {
  if (versions.length === 0) return [required(path, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)];
  const isKnown = versions.some((version) => REVIEW_VERSIONS.includes(version));
  return [
    ...versions.flatMap((version, index) => (versions.indexOf(version) < index ? [duplicate(`${path}[${index}]`, version)] : [])),
    ...(isKnown ? [] : [invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`)]),
  ];
}
