import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTurn } from './turns.ts';

const MINUTE_MS = 60_000;

test('turns come at each doubling of the wait, at last every two hours, and take a quarter of the time', () => {
  const turns: string[] = [];
  let beganAt: number | undefined;
  for (let seconds = 0; seconds < 6 * 128 * 60; seconds += 15) {
    const isOn = hasTurn(seconds * 1000);
    if (isOn && beganAt === undefined) beganAt = seconds;
    if (isOn || beganAt === undefined) continue;
    turns.push(`${beganAt / 60}+${(seconds - beganAt) / 60}`);
    beganAt = undefined;
  }
  assert.deepEqual(turns, ['1+0.25', '2+0.5', '4+1', '8+2', '16+4', '32+8', '64+16', '128+32', '256+32', '384+32', '512+32', '640+32']);
  assert.equal(hasTurn(-MINUTE_MS), false, 'a clock that was set back');
});
