/** Servers begin their sentences small, because they also stand after a colon, and end them without a stop. */
export function sentence(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${/[.!?…:)]$/.test(text) ? '' : '.'}`;
}
