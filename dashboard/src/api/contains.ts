/** As the server filters: in any case. */
export function contains(text: string | undefined, part: string): boolean {
  return (text ?? '').toLowerCase().includes(part.toLowerCase());
}
