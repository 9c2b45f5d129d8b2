// Server-sent events as the HTML standard defines them, without their ids: text in, events out. Pure; keeps what is incomplete.

export interface ServerSentEvent {
  /** 'message' when the server named none. */
  readonly type: string;
  readonly data: string;
}

/** A line longer than this ends the stream with an error: no server of ours writes such a line. */
const LINE_CHARS_MAX = 16 * 1024 * 1024;

export class EventStreamParser {
  #rest = '';
  #type = '';
  #data: string[] = [];

  /** Events that are complete with this text. */
  push(text: string): ServerSentEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LINE_CHARS_MAX) throw new RangeError(`a line of the event stream is longer than ${LINE_CHARS_MAX} characters`);
    const events: ServerSentEvent[] = [];
    for (const line of lines) {
      if (line === '') this.#dispatch(events);
      else this.#field(line);
    }
    return events;
  }

  #field(line: string): void {
    if (line.startsWith(':')) return; // a comment, sent to keep the connection alive
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#type = value;
    else if (name === 'data') this.#data.push(value);
  }

  #dispatch(events: ServerSentEvent[]): void {
    if (this.#data.length > 0) {
      events.push({ type: this.#type === '' ? 'message' : this.#type, data: this.#data.join('\n') });
    }
    this.#type = '';
    this.#data = [];
  }
}
