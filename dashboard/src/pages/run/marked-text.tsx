// A line with the first place of what was searched for, in any case.
export function MarkedText({ line, wanted }: { readonly line: string; readonly wanted: string }) {
  const at = wanted === '' ? -1 : line.toLowerCase().indexOf(wanted.toLowerCase());
  if (at < 0) return line;
  return (
    <>
      {line.slice(0, at)}
      <mark>{line.slice(at, at + wanted.length)}</mark>
      {line.slice(at + wanted.length)}
    </>
  );
}
