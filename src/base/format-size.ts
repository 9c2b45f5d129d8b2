// Sizes for people.

const SIZE_UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 bytes`, `1.5 GiB`. */
export function formatSize(sizeBytes: number): string {
  let [value, unit] = [sizeBytes, 0];
  while (value >= 1024 && unit < SIZE_UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${SIZE_UNITS[unit]}`;
}
