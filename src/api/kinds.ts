// All kinds that the API serves. A new kind is one file and one line here.
import { customResourceDefinitionKind } from './apiextensions/custom-resource-definition.ts';
import { leaseKind } from './coordination/lease.ts';
import { configMapKind } from './core/config-map.ts';
import { eventKind } from './core/event.ts';
import { namespaceKind } from './core/namespace.ts';
import { nodeKind } from './core/node.ts';
import { persistentVolumeClaimKind } from './core/persistent-volume-claim.ts';
import { podKind } from './core/pod.ts';
import { secretKind } from './core/secret.ts';
import { serviceAccountKind } from './core/service-account.ts';
import type { KindDefinition } from './kind.ts';

export const builtinKinds: readonly KindDefinition[] = [
  configMapKind,
  customResourceDefinitionKind,
  eventKind,
  leaseKind,
  namespaceKind,
  nodeKind,
  persistentVolumeClaimKind,
  podKind,
  secretKind,
  serviceAccountKind,
];
