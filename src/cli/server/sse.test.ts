import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventStreamParser, type ServerSentEvent } from './sse.ts';

function parse(...chunks: string[]): ServerSentEvent[] {
  const parser = new EventStreamParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

test('events have a type and data of several lines', () => {
  assert.deepEqual(parse('event: task\nid: 7\ndata: {"a":\ndata: 1}\n\n'), [{ type: 'task', data: '{"a":\n1}' }]);
});

test('comments, unknown fields and events without data are passed over', () => {
  assert.deepEqual(parse(': keepalive\n\nretry: 5\nevent: x\n\ndata: 1\n\n'), [{ type: 'message', data: '1' }]);
});

test('an event that is not complete waits', () => {
  assert.deepEqual(parse('data: 1\n'), []);
  assert.equal(parse('data: 1\n', '\n').length, 1);
});

test('where the network cuts the text does not matter', () => {
  const text = 'event: a\r\ndata: one\r\n\r\n: c\rdata: two\ndata: 3\n\nid: 9\ndata:\n\n';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const chunks = places.slice(1).map((place, index) => text.slice(places[index], place));
      assert.deepEqual(parse(...chunks), parse(text));
    }),
  );
});
