// From a CustomResourceDefinition to the kinds that it serves, one for each version. Cheap: paths, patterns and rules are compiled
// when they are first needed, so that hundreds of definitions do not delay a start.
import type { Json, KubeObject } from '../../base/mod.ts';
import { parseJsonPath } from '../../expr/mod.ts';
import { fieldOf, type Conversion, type CustomKind, type KindDefinition, type KindSchema, type ScalePaths, type ScaleRule, type Subresource } from '../kind.ts';
import { ALL_VERBS, STATUS_SUBRESOURCE } from '../verbs.ts';
import { isConditionTrue, specOf, statusOf, storageVersionOf, type DefinitionVersion } from './definition.ts';
import { printerColumns } from './printer-columns.ts';

const SCALE_SUBRESOURCE: Subresource = {
  name: 'scale',
  verbs: ['get', 'patch', 'update'],
  responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
};

/** Schema of a version that was stored before schemas were required. */
const ANY_OBJECT: KindSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The kind in whose version objects are stored, also when no version is served any more; undefined until the definition is established. */
export function storedKind(definition: KubeObject): KindDefinition | undefined {
  const version = specOf(definition).versions.find(({ storage }) => storage);
  return version === undefined || !isConditionTrue(definition, 'Established') ? undefined : customKind(definition, version);
}

/** Empty until the definition is established. */
export function customKinds(definition: KubeObject): readonly KindDefinition[] {
  if (!isConditionTrue(definition, 'Established')) return [];
  return specOf(definition)
    .versions.filter((version) => version.served)
    .map((version) => customKind(definition, version));
}

function customKind(definition: KubeObject, version: DefinitionVersion): KindDefinition {
  const { group, scope } = specOf(definition);
  const names = statusOf(definition).acceptedNames ?? specOf(definition).names;
  const { status, scale } = version.subresources ?? {};
  const schema = version.schema?.openAPIV3Schema ?? ANY_OBJECT;
  return {
    group,
    version: version.name,
    resource: names.plural,
    kind: names.kind,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    isNamespaced: scope === 'Namespaced',
    verbs: ALL_VERBS,
    subresources: [...(status === undefined ? [] : [STATUS_SUBRESOURCE]), ...(scale === undefined ? [] : [SCALE_SUBRESOURCE])],
    schema: specOf(definition).preserveUnknownFields === true ? { ...schema, 'x-kubernetes-preserve-unknown-fields': true } : schema,
    hasGeneration: true,
    columns: printerColumns(version.additionalPrinterColumns),
    fieldSelectors: selectableFields(version),
    ...(scale === undefined ? {} : { scale: scaleRule(scale) }),
    custom: customPart(definition, version),
  };
}

function customPart(definition: KubeObject, version: DefinitionVersion): CustomKind {
  const names = statusOf(definition).acceptedNames ?? specOf(definition).names;
  const { scale } = version.subresources ?? {};
  return {
    definition: definition.metadata.name,
    listKind: names.listKind ?? `${names.kind}List`,
    storageVersion: storageVersionOf(definition),
    conversion: conversionOf(definition),
    ...(scale === undefined ? {} : { scale }),
    ...(version.deprecated === true ? { deprecationWarning: version.deprecationWarning ?? defaultWarning(definition, version) } : {}),
  };
}

function defaultWarning(definition: KubeObject, version: DefinitionVersion): string {
  const { group, names } = specOf(definition);
  const replacement = preferredReplacement(definition, version);
  const text = `${group}/${version.name} ${names.kind} is deprecated`;
  return replacement === undefined ? text : `${text}; use ${group}/${replacement} ${names.kind}`;
}

/** The version of the highest priority that is served and not deprecated, when it comes before the deprecated one. */
function preferredReplacement(definition: KubeObject, { name }: DefinitionVersion): string | undefined {
  const candidates = specOf(definition).versions.filter((version) => version.served && version.deprecated !== true && compareVersions(version.name, name) < 0);
  return candidates.map((version) => version.name).toSorted(compareVersions)[0];
}

/** Kubernetes' order of versions: stable before beta before alpha, higher numbers first, other names last. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  if (left === undefined || right === undefined) return left === undefined ? (right === undefined ? (a < b ? -1 : a > b ? 1 : 0) : 1) : -1;
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2];
}

function rankOf(version: string): readonly [number, number, number] | undefined {
  const match = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (match === null) return undefined;
  return [match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)];
}

function conversionOf(definition: KubeObject): Conversion {
  const { conversion } = specOf(definition);
  if (conversion?.strategy !== 'Webhook') return { strategy: 'None' };
  return { strategy: 'Webhook', clientConfig: conversion.webhook?.clientConfig ?? {}, reviewVersions: conversion.webhook?.conversionReviewVersions ?? [] };
}

function selectableFields(version: DefinitionVersion): KindDefinition['fieldSelectors'] {
  const fields = (version.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), valueAtPath(jsonPath)] as const);
  return Object.fromEntries(fields);
}

function valueAtPath(text: string): (object: KubeObject) => string {
  const path = parseJsonPath(text);
  return (object) => {
    const [value] = path.ok ? path.value.find(object as unknown as Json) : [];
    return value === undefined || value === null ? '' : String(value);
  };
}

function scaleRule({ specReplicasPath, statusReplicasPath, labelSelectorPath }: ScalePaths): ScaleRule {
  const selector = (object: KubeObject) => String(valueAtSimplePath(object, labelSelectorPath ?? '') ?? '');
  return { specReplicas: membersOf(specReplicasPath), statusReplicas: membersOf(statusReplicasPath), ...(labelSelectorPath === undefined ? {} : { selector }) };
}

/** The value at a simple path: `.spec.replicas`. */
export function valueAtSimplePath(object: unknown, path: string): Json | undefined {
  return fieldOf(object, ...membersOf(path));
}

function membersOf(path: string): readonly string[] {
  return path.replace(/^\./, '').split('.');
}
