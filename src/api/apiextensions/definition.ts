// A CustomResourceDefinition as the house reads it. The object has passed `checkTypes`, so that its members have their types.
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import type { KindSchema, ScalePaths } from '../kind.ts';

export interface DefinitionNames {
  readonly plural: string;
  readonly kind: string;
  readonly singular?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: KindSchema };
  readonly subresources?: { readonly status?: JsonObject; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface DefinitionCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface DefinitionSpec {
  readonly group: string;
  readonly scope: string;
  readonly names: DefinitionNames;
  readonly versions: readonly DefinitionVersion[];
  readonly preserveUnknownFields?: boolean;
  readonly conversion?: {
    readonly strategy: string;
    readonly webhook?: { readonly clientConfig?: JsonObject; readonly conversionReviewVersions?: readonly string[] };
  };
}

export interface DefinitionStatus {
  readonly acceptedNames?: DefinitionNames;
  readonly conditions?: readonly DefinitionCondition[];
  readonly storedVersions?: readonly string[];
}

export const DEFINITION_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export function specOf(definition: KubeObject): DefinitionSpec {
  return (definition.spec ?? {}) as unknown as DefinitionSpec;
}

export function statusOf(definition: KubeObject): DefinitionStatus {
  return (definition.status ?? {}) as unknown as DefinitionStatus;
}

export function isConditionTrue(definition: KubeObject, type: string): boolean {
  return statusOf(definition).conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
}

/** The conditions with one of them replaced or added; its time stays when its status does. */
export function withCondition(status: DefinitionStatus, condition: Omit<DefinitionCondition, 'lastTransitionTime'>, now: string): DefinitionStatus {
  const conditions = status.conditions ?? [];
  const old = conditions.find(({ type }) => type === condition.type);
  const time = old?.status === condition.status ? old.lastTransitionTime : undefined;
  const next = { ...condition, lastTransitionTime: time ?? now };
  return { ...status, conditions: old === undefined ? [...conditions, next] : conditions.map((each) => (each === old ? next : each)) };
}

/** The definition with one condition of its status replaced or added. */
export function withDefinitionCondition(definition: KubeObject, condition: Omit<DefinitionCondition, 'lastTransitionTime'>, now: string): KubeObject {
  return { ...definition, status: withCondition(statusOf(definition), condition, now) as unknown as JsonObject };
}

export function storageVersionOf(definition: KubeObject): string {
  return (specOf(definition).versions ?? []).find((version) => version.storage)?.name ?? '';
}
