// A kind as data: everything that `server`, `store` and `client` need to know about it. A new kind is one file that
// exports one KindDefinition and one line in kinds.ts.
import type { Json, JsonObject, KubeObject, ResourceType, StatusCause } from '../base/mod.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown, higher ones with `-o wide`. */
  readonly priority: number;
  /** Pure; `nowMs` for ages. */
  readonly cell: (object: KubeObject, nowMs: number) => Json;
}

export interface Subresource {
  /** `status`, `log`, `binding`, `finalize`, … */
  readonly name: string;
  readonly verbs: readonly string[];
  /** Kind of the body when it is not the parent's. */
  readonly responseKind?: { readonly group: string; readonly version: string; readonly kind: string };
}

/** Where an object keeps what its `scale` subresource shows. */
export interface ScaleRule {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** The labels of what is scaled, as a selector's text; undefined when the kind does not tell. */
  readonly selector?: (object: KubeObject) => string;
}

/** The kind whose objects stand for those of another: the same thing in another version. Pure, each way. */
export interface StoredForm {
  readonly kind: KindDefinition;
  readonly fromStored: (stored: KubeObject) => KubeObject;
  readonly toStored: (object: KubeObject) => KubeObject;
}

/** An object with values of its own, or what another object has already. */
export type Assignment = { readonly ok: true; readonly object: KubeObject } | { readonly ok: false; readonly causes: readonly StatusCause[] };

/** The subset of JSON Schema that CRDs use, plus the Kubernetes extensions; also source of OpenAPI v3 and of merge keys. */
export interface KindSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, KindSchema>>;
  readonly additionalProperties?: KindSchema | boolean;
  readonly items?: KindSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly KindSchema[];
  readonly anyOf?: readonly KindSchema[];
  readonly oneOf?: readonly KindSchema[];
  readonly not?: KindSchema;
  readonly default?: Json;
  readonly nullable?: boolean;
  readonly description?: string;
  readonly title?: string;
  /** Name of a shared definition (`io.k8s.api.core.v1.PodSpec`), resolved through `schemaDefinition`. */
  readonly $ref?: string;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
}

/** A rule in CEL that a part of a custom resource must keep (`x-kubernetes-validations`). */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** How objects of a kind with several versions get from one to the other. */
export type Conversion =
  | { readonly strategy: 'None' }
  | {
      readonly strategy: 'Webhook';
      readonly clientConfig: JsonObject;
      /** Versions of ConversionReview that the webhook understands, preferred ones first. */
      readonly reviewVersions: readonly string[];
    };

/** Where the replicas of a custom resource stand: simple paths such as `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** What only the kinds have that users define. Their schema is structural: unknown fields are pruned, nothing is decoded. */
export interface CustomKind {
  /** Name of the CustomResourceDefinition: `tfjobs.kubeflow.org`. */
  readonly definition: string;
  readonly listKind: string;
  readonly storageVersion: string;
  readonly conversion: Conversion;
  readonly scale?: ScalePaths;
  /** Said on every request when the version is deprecated. */
  readonly deprecationWarning?: string;
}

/** `path-segment` (RBAC names) is anything but `.`, `..` and texts with `/` or `%`. */
export type NameRule = 'dns-subdomain' | 'dns-label' | 'path-segment';

export interface KindDefinition extends ResourceType {
  readonly kind: string;
  readonly singular: string;
  /** What `metadata.name` may be; default `dns-subdomain`. */
  readonly nameRule?: NameRule;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly isNamespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Schema of the whole object, usually a `$ref`; apiVersion, kind and metadata need not be written. */
  readonly schema: KindSchema;
  /** Whether `metadata.generation` counts changes of everything but metadata and status. */
  readonly hasGeneration: boolean;
  /** A change of annotations counts, too. */
  readonly generationCountsAnnotations?: boolean;
  /** Whoever writes the status may change annotations with it; they make no new generation then. */
  readonly statusCarriesAnnotations?: boolean;
  /** What the subresource `scale` shows and changes. */
  readonly scale?: ScaleRule;
  /** Fills defaults; pure; gets and returns plain JSON (may return the argument). Runs on every create and update. */
  readonly setDefaults?: (object: KubeObject) => KubeObject;
  /** Beyond the schema: causes with field paths. On update `old` is the stored object, and `subresource` the door that the change came through. */
  readonly validate?: (object: KubeObject, old: KubeObject | undefined, subresource?: string) => readonly StatusCause[];
  /** Strategy hooks: what a client may not set. Defaults: create drops status, update keeps the old status. */
  readonly prepareForCreate?: (object: KubeObject, nowMs: number) => KubeObject;
  readonly prepareForUpdate?: (object: KubeObject, old: KubeObject) => KubeObject;
  /**
   * Gives an object values that no other object of the kind may have (addresses, ports). Runs inside the commit, before `validate`, on
   * every create and update; must keep what the object has. `others` are all other objects of the kind, everywhere.
   */
  readonly assign?: (object: KubeObject, others: Iterable<KubeObject>) => Assignment;
  /** Sentences about an object that is stored all the same, made or changed itself (no subresource); said in `Warning` headers. */
  readonly warnings?: (object: KubeObject, isNew: boolean) => readonly string[];
  /** A deletion that names no propagation policy leaves the dependents as orphans, and may warn of it. */
  readonly orphansByDefault?: { readonly warning?: string };
  /** Seconds between the delete request and the removal; 0 or undefined removes at once (finalizers aside). */
  readonly deletionGraceSeconds?: (object: KubeObject, requestedSeconds: number | undefined) => number;
  /** Without columns a table shows Name and Age. */
  readonly columns: readonly TableColumn[];
  /** Objects of the kind are kept as objects of another kind. */
  readonly storedAs?: StoredForm;
  /** Set when a CustomResourceDefinition made the kind. */
  readonly custom?: CustomKind;
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly fieldSelectors: Readonly<Record<string, (object: KubeObject) => string>>;
}

/** A name as Kubernetes writes it: `pods`, `jobs.batch`. */
export function resourceName(type: ResourceType): string {
  return type.group === '' ? type.resource : `${type.resource}.${type.group}`;
}

/** `v1`, `batch/v1`. */
export function apiVersionOf(type: { readonly group: string; readonly version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** The member at that path of a JSON value; undefined when something on the way is missing. */
export function fieldOf(object: unknown, ...path: readonly (string | number)[]): Json | undefined {
  let current = object;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current as Json | undefined;
}
