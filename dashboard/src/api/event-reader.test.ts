import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventReader } from './event-reader.ts';

const TEXT = 'event: reset\ndata: {}\n\n: keepalive\n\nevent: changed\ndata: {"name":"a\\n\\nb: c"}\n\n';

test('events are told whole, wherever their text was cut', () => {
  for (let length = 1; length <= TEXT.length; length++) {
    const told: unknown[] = [];
    const read = createEventReader((name, data) => told.push([name, data]));
    for (let from = 0; from < TEXT.length; from += length) read(TEXT.slice(from, from + length));
    assert.deepEqual(told, [['reset', {}], ['changed', { name: 'a\n\nb: c' }]], `pieces of ${length}`);
  }
});

test('an event that has not ended is not told', () => {
  const read = createEventReader(() => assert.fail('told too early'));
  read('event: reset\n');
  read('data: {}\n');
});
