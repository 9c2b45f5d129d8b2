// Names of tasks and of outputs become parts of artifact URIs, and names of files.
import { complain, wordFor, type Section } from './section.ts';

/** What file systems take for one name. */
const NAME_BYTES_MAX = 255;
const UNUSABLE = /^\.{0,2}$|[/\p{Cc}]/u;

/** `at` is what the name stands for. */
export function checkName(at: Section, name: string): void {
  if (!UNUSABLE.test(name) && Buffer.byteLength(name) <= NAME_BYTES_MAX) return;
  complain(at, '', `is named ${wordFor(name)}; a task or an output needs a name without "/" and control characters, of at most ${NAME_BYTES_MAX} bytes, and not "." or "..".`);
}
