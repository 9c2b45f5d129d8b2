// Rules that ConfigMap and Secret share.
import { isJsonObject, jsonEquals, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, tooLong } from '../causes.ts';
import { fieldOf } from '../kind.ts';

/** All values of one object together. */
const DATA_BYTES_MAX = 1024 * 1024;
const KEY_LENGTH_MAX = 253;
const KEY = /^[-._A-Za-z0-9]+$/;

export function textMembers(value: Json | undefined): readonly (readonly [string, string])[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

export function dataKeyCauses(object: KubeObject, field: 'data' | 'binaryData'): readonly StatusCause[] {
  return textMembers(fieldOf(object, field))
    .filter(([key]) => !isDataKey(key))
    .map(([key]) => invalid(`${field}[${key}]`, key, `must be letters, digits, '-', '_' and '.', at most ${KEY_LENGTH_MAX}, and not begin with '..'`));
}

function isDataKey(key: string): boolean {
  return key.length <= KEY_LENGTH_MAX && KEY.test(key) && key !== '.' && !key.startsWith('..');
}

export function dataSizeCauses(sizeBytes: number, field: string): readonly StatusCause[] {
  return sizeBytes > DATA_BYTES_MAX ? [tooLong(field, DATA_BYTES_MAX)] : [];
}

/** Bytes that a base64 text stands for. */
export function base64SizeBytes(text: string): number {
  return Math.floor((text.replace(/=+$/, '').length * 3) / 4);
}

/** Once `immutable` is set, it and the data stay. */
export function immutableDataCauses(object: KubeObject, old: KubeObject | undefined, fields: readonly string[]): readonly StatusCause[] {
  if (old === undefined || old['immutable'] !== true) return [];
  const sentence = 'field is immutable when `immutable` is set';
  return [
    ...(object['immutable'] === true ? [] : [forbidden('immutable', sentence)]),
    ...fields.filter((field) => !jsonEquals(object[field] ?? {}, old[field] ?? {})).map((field) => forbidden(field, sentence)),
  ];
}
