// Reads a JSON document member by member and notes what is wrong under the member's path. Every reader returns
// `undefined` for a member that is absent or wrong, so that one pass finds all errors. As in protojson, null counts as
// absent and a member may be written in camelCase or snake_case.
import { isJsonObject, type Json, type JsonObject } from '../base/mod.ts';
import { ERRORS_SHOWN_MAX } from './limits.ts';

export interface FieldError {
  /** Path into the document, for example `root.dag.tasks.train.componentRef.name`. */
  readonly field: string;
  /** A sentence. */
  readonly message: string;
}

/** An object of the document, with its path and the list to which errors are added. */
export interface Section {
  readonly members: JsonObject;
  readonly path: string;
  readonly errors: FieldError[];
}

export function complain(section: Section, member: string, message: string): void {
  if (section.errors.length < ERRORS_SHOWN_MAX) section.errors.push({ field: pathOf(section, member), message });
}

export function pathOf(section: Section, member: string): string {
  if (member === '') return section.path;
  return section.path === '' ? member : `${section.path}.${member}`;
}

export function jsonAt(section: Section, member: string): Json | undefined {
  const value = ownMember(section.members, member) ?? ownMember(section.members, snakeCase(member));
  return value ?? undefined;
}

/** Whether the member is written at all, null included: a null constant is a value. */
export function isWritten(section: Section, member: string): boolean {
  return Object.hasOwn(section.members, member) || Object.hasOwn(section.members, snakeCase(member));
}

export function sectionAt(section: Section, member: string): Section | undefined {
  const value = jsonAt(section, member);
  if (value === undefined) return undefined;
  if (isJsonObject(value)) return { members: value, path: pathOf(section, member), errors: section.errors };
  complain(section, member, `must be an object, not ${wordFor(value)}.`);
  return undefined;
}

/** Like `sectionAt`, and complains when the member is absent. */
export function requiredSectionAt(section: Section, member: string): Section | undefined {
  if (jsonAt(section, member) === undefined) complain(section, member, 'is required.');
  return sectionAt(section, member);
}

/** A map from names to objects, parsed one by one into a record that has no inherited names. */
export function recordAt<T>(
  section: Section,
  member: string,
  countMax: number,
  parse: (entry: Section, name: string) => T | undefined,
): Readonly<Record<string, T>> {
  const record = emptyRecord<T>();
  const map = sectionAt(section, member);
  if (map === undefined) return record;
  const names = Object.keys(map.members);
  if (names.length > countMax) {
    complain(section, member, `has ${names.length} entries; at most ${countMax} are allowed.`);
    return record;
  }
  for (const name of names) {
    const entry = map.members[name] === null ? emptySection(map, name) : sectionOfEntry(map, name);
    const parsed = entry === undefined ? undefined : parse(entry, name);
    if (parsed !== undefined) record[name] = parsed;
  }
  return record;
}

/** A record without a prototype: a lookup of "constructor" finds nothing. */
export function emptyRecord<T>(): Record<string, T> {
  // Object.create is typed `any`; a fresh object without members is an empty record.
  return Object.create(null) as Record<string, T>;
}

export function textAt(section: Section, member: string): string | undefined {
  const value = jsonAt(section, member);
  if (value === undefined || typeof value === 'string') return value;
  complain(section, member, `must be a string, not ${wordFor(value)}.`);
  return undefined;
}

/** A string that is there and not empty. */
export function requiredTextAt(section: Section, member: string): string | undefined {
  const value = textAt(section, member);
  if (value !== undefined && value !== '') return value;
  if (value === '' || jsonAt(section, member) === undefined) complain(section, member, 'is required.');
  return undefined;
}

export function textsAt(section: Section, member: string): readonly string[] | undefined {
  const value = listAt(section, member);
  if (value === undefined) return undefined;
  const texts: string[] = [];
  value.forEach((item, index) => {
    if (typeof item === 'string') texts.push(item);
    else complain(section, `${member}[${index}]`, `must be a string, not ${wordFor(item)}.`);
  });
  return texts;
}

export function listAt(section: Section, member: string): readonly Json[] | undefined {
  const value = jsonAt(section, member);
  if (value === undefined) return undefined;
  if (isJsonList(value)) return value;
  complain(section, member, `must be a list, not ${wordFor(value)}.`);
  return undefined;
}

/** The objects of a list; others are complained about and left out. */
export function sectionsAt(section: Section, member: string): readonly Section[] {
  const sections: Section[] = [];
  (listAt(section, member) ?? []).forEach((item, index) => {
    const place = `${member}[${index}]`;
    if (isJsonObject(item)) sections.push({ members: item, path: pathOf(section, place), errors: section.errors });
    else complain(section, place, `must be an object, not ${wordFor(item)}.`);
  });
  return sections;
}

export function booleanAt(section: Section, member: string): boolean | undefined {
  const value = jsonAt(section, member);
  if (value === undefined || typeof value === 'boolean') return value;
  complain(section, member, `must be true or false, not ${wordFor(value)}.`);
  return undefined;
}

/** protojson also takes numbers in quotes. */
export function numberAt(section: Section, member: string): number | undefined {
  const value = jsonAt(section, member);
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  complain(section, member, `must be a number, not ${wordFor(value)}.`);
  return undefined;
}

/** A whole number from 0 to `max`. */
export function countAt(section: Section, member: string, max: number): number | undefined {
  const value = numberAt(section, member);
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  complain(section, member, `must be a whole number from 0 to ${max}, not ${value}.`);
  return undefined;
}

/** What a value is, in words for an error message. */
export function wordFor(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isJsonList(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value.length <= 40 ? `the string ${JSON.stringify(value)}` : `a string of ${value.length} characters`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return `the boolean ${value}`;
    default:
      return 'an object';
  }
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function sectionOfEntry(map: Section, name: string): Section | undefined {
  const value = map.members[name];
  if (isJsonObject(value)) return { members: value, path: pathOf(map, name), errors: map.errors };
  complain(map, name, `must be an object, not ${wordFor(value)}.`);
  return undefined;
}

function emptySection(map: Section, name: string): Section {
  return { members: {}, path: pathOf(map, name), errors: map.errors };
}

function ownMember(members: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

const snakeNames = new Map<string, string>();

/** Only names that this room's own code asks for come here, so the memory is small. */
function snakeCase(name: string): string {
  let snake = snakeNames.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakeNames.set(name, snake);
  }
  return snake;
}
