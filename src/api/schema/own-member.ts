// Assignment that is safe with the names that users choose.
import type { Json } from '../../base/mod.ts';

/** Plain assignment would change the prototype for the name `__proto__`. */
export function setOwn(target: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
