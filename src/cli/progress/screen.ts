// Draws a block of lines again and again at the same place, without flicker and without wrapping.

const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export class Screen {
  readonly #write: (text: string) => void;
  #shown: readonly string[] = [];
  #isOpen = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Replaces what was drawn before. Lines must not be more than the window has rows. */
  draw(lines: readonly string[]): void {
    if (lines.length === this.#shown.length && lines.every((line, index) => line === this.#shown[index])) return;
    const up = this.#shown.length === 0 ? '' : `\u001b[${this.#shown.length}A\r`;
    const body = lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('');
    const open = this.#isOpen ? '' : HIDE_CURSOR;
    this.#isOpen = true;
    this.#shown = lines;
    this.#write(`${open}${BEGIN_UPDATE}${WRAP_OFF}${up}${body}${CLEAR_BELOW}${WRAP_ON}${END_UPDATE}`);
  }

  /** Leaves the last picture standing and gives the cursor back. Idempotent. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#shown = [];
    this.#write(SHOW_CURSOR);
  }
}
