// The shape of a requirement (PEP 508): `name[extra]>=1,<2; marker` or `name @ https://…`. Paths, editable installs and version
// control addresses are none: what they mean depends on the place and the day, so no environment is built from them.

const REQUIREMENT_CHARACTERS_MAX = 2000;

// Spaces are single ones here (`withSingleSpaces`), so that no two parts of the pattern compete for a run of them.
const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const EXTRAS = `\\[ ?(?:${NAME}(?: ?, ?${NAME})*)? ?\\]`;
const CLAUSE = '(?:~=|===|==|!=|<=|>=|<|>) ?[A-Za-z0-9._*+!-]+';
const CLAUSES = `${CLAUSE}(?: ?, ?${CLAUSE})*(?: ?,)?`;
const ADDRESS = '@ ?https?://[^ ;]+';
const MARKER = ' ?;[ A-Za-z0-9_.<>=!~\'"(),+*-]+';
const REQUIREMENT = new RegExp(`^(${NAME}) ?(?:${EXTRAS})? ?(?:${ADDRESS}|${CLAUSES}|\\( ?${CLAUSES} ?\\))?(?:${MARKER})?$`);

export function isRequirement(text: string): boolean {
  return packageNameOf(text) !== undefined;
}

/** Name of the package in its normal form (PEP 503); undefined when the text is no requirement. */
export function packageNameOf(requirement: string): string | undefined {
  if (requirement.length > REQUIREMENT_CHARACTERS_MAX || /[\r\n\0]/.test(requirement)) return undefined;
  const name = REQUIREMENT.exec(withSingleSpaces(requirement))?.[1];
  return name?.toLowerCase().replaceAll(/[._-]+/g, '-');
}

function withSingleSpaces(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ').trim();
}
