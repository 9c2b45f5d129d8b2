// The list of checksums at the end of a backup, in the form that `sha256sum --check` reads.

/** A name with a line break or a backslash is escaped, and its line begins with a backslash. */
export function checksumLine(sha256: string, name: string): string {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === name ? '' : '\\'}${sha256}  ${escaped}\n`;
}

/** Checksums by name; undefined when a line is none. */
export function parseChecksums(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, mark, sha256, name] = /^(\\?)([0-9a-f]{64}) {2}([^]+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined) return undefined;
    found.set(mark === '' ? name : name.replace(/\\(.)/g, (_, letter: string) => ({ n: '\n', r: '\r' })[letter] ?? letter), sha256);
  }
  return text === '' || text.endsWith('\n') ? found : undefined;
}
