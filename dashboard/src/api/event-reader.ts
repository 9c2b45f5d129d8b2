// Server-sent events from the pieces of their text (WHATWG HTML, section 9.2), as far as Slipway writes them: one `event` and one `data` line each.

/** Takes the text piece by piece; calls `onEvent` with each event that is complete. */
export function createEventReader(onEvent: (name: string, data: unknown) => void): (text: string) => void {
  // The event of a large run comes in hundreds of pieces: they are joined once.
  let pieces: string[] = [];
  let last = '';
  return (text) => {
    if (text === '') return;
    pieces.push(text);
    const isEnd = (last + text).includes('\n\n');
    last = text.slice(-1);
    if (!isEnd) return;
    const blocks = pieces.join('').split('\n\n');
    pieces = [blocks.pop()!];
    for (const block of blocks) tell(block, onEvent);
  };
}

function tell(block: string, onEvent: (name: string, data: unknown) => void): void {
  const lines = block.split('\n');
  const valueOf = (field: string) => lines.find((line) => line.startsWith(field))?.slice(field.length);
  const [name, data] = [valueOf('event: '), valueOf('data: ')];
  if (name !== undefined && data !== undefined) onEvent(name, JSON.parse(data)); // others are comments that keep the connection
}
