// Lists and maps with owners in the schema of a CustomResourceDefinition: type, keys, and what their items must be. Pure.
import type { StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, notSupported, required } from '../causes.ts';
import type { KindSchema } from '../kind.ts';

export function listSchemaCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  return [...mapTypeCauses(schema, path), ...listTypeCauses(schema, path), ...keyCauses(schema, path), ...itemCauses(schema, path)];
}

function typeCauses(schema: KindSchema, wanted: string, extension: string, path: string): readonly StatusCause[] {
  const sentence = `must be ${wanted} if ${extension} is specified`;
  if (schema.type === wanted) return [];
  return [schema.type === undefined ? required(`${path}.type`, sentence) : invalid(`${path}.type`, schema.type, sentence)];
}

function mapTypeCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const mapType: string | undefined = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return [];
  const causes = typeCauses(schema, 'object', 'x-kubernetes-map-type', path);
  return ['atomic', 'granular'].includes(mapType) ? causes : [...causes, notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular'])];
}

function listTypeCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const listType: string | undefined = schema['x-kubernetes-list-type'];
  if (listType === undefined) return [];
  const causes = [...typeCauses(schema, 'array', 'x-kubernetes-list-type', path)];
  if (!['atomic', 'set', 'map'].includes(listType)) causes.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  const sentence = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const { items } = schema;
  if (listType !== 'set' || items === undefined || causes.length > 0) return causes;
  const [itemList, itemMap] = [items['x-kubernetes-list-type'], items['x-kubernetes-map-type']];
  if (items.type === 'array' && itemList !== undefined && itemList !== 'atomic') causes.push(invalid(`${path}.items.x-kubernetes-list-type`, itemList, sentence));
  if (items.type === 'object' && itemMap !== 'atomic') causes.push(invalid(`${path}.items.x-kubernetes-map-type`, itemList ?? null, sentence));
  return causes;
}

function keyCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType !== 'map') {
    const sentence = 'must be map if x-kubernetes-list-map-keys is non-empty';
    if (keys.length === 0) return [];
    return [listType === undefined ? required(`${path}.x-kubernetes-list-type`, sentence) : invalid(`${path}.x-kubernetes-list-type`, listType, sentence)];
  }
  const causes: StatusCause[] = [];
  const { items } = schema;
  if (keys.length === 0) causes.push(required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  if (items === undefined) return [...causes, required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')];
  if (items.type !== 'object') return [...causes, invalid(`${path}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map")];
  keys.forEach((key, index) => {
    const property = items.properties?.[key];
    if (property === undefined) causes.push(invalid(`${path}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object') {
      causes.push(invalid(`${path}.items.properties[${key}].type`, items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"));
    }
    if (keys.indexOf(key) < index) causes.push(invalid(`${path}.x-kubernetes-list-map-keys`, keys, 'must not contain duplicate entries'));
  });
  return causes;
}

function itemCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const listType = schema['x-kubernetes-list-type'];
  const { items } = schema;
  if (items === undefined || (listType !== 'set' && listType !== 'map')) return [];
  const causes: StatusCause[] = [];
  if (items.nullable === true) causes.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  for (const key of listType === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : []) {
    const property = items.properties?.[key];
    if (property === undefined) continue;
    const at = `${path}.items.properties[${key}]`;
    if (items.required?.includes(key) !== true && property.default === undefined) {
      causes.push(required(`${at}.default`, 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'));
    }
    if (property.nullable === true) causes.push(forbidden(`${at}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'));
  }
  return causes;
}
