// A kind that exists only in tests: proof that a kind is nothing but data.
import { ALL_VERBS, fieldOf, NAME_COLUMN, STATUS_SUBRESOURCE, textColumn, type KindDefinition } from '../../api/mod.ts';
import type { ResourceType } from '../../base/mod.ts';

export const GADGETS: ResourceType = { group: 'test.slipway.dev', version: 'v1', resource: 'gadgets' };

export const gadgetKind: KindDefinition = {
  ...GADGETS,
  kind: 'Gadget',
  singular: 'gadget',
  shortNames: ['gg'],
  categories: ['all'],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [STATUS_SUBRESOURCE],
  hasGeneration: true,
  schema: {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        required: ['size'],
        properties: {
          size: { type: 'integer', minimum: 1 },
          color: { type: 'string', enum: ['red', 'green'], default: 'green' },
        },
      },
      status: { type: 'object', properties: { phase: { type: 'string' } } },
    },
  },
  columns: [NAME_COLUMN, textColumn('Size', 'How large it is.', (gadget) => String(fieldOf(gadget, 'spec', 'size')))],
  fieldSelectors: { 'spec.color': (gadget) => String(fieldOf(gadget, 'spec', 'color') ?? '') },
};
