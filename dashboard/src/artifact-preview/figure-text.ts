// Figures as people compare them: up to six significant digits, thousands apart.

const FIGURES = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });
const LARGE = 1e9;
const SMALL = 1e-4;

export function figureText(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return value.toLocaleString('en');
  return size !== 0 && (size >= LARGE || size < SMALL) ? value.toExponential(4) : FIGURES.format(value);
}
