import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGpuList } from './nvidia.ts';

test('what nvidia-smi prints besides ids of devices is no device', () => {
  assert.deepEqual(parseGpuList('GPU-8f6d7c1a-0000-1111-2222-333344445555\n GPU-b\nNo devices were found\n\n'), ['GPU-8f6d7c1a-0000-1111-2222-333344445555', 'GPU-b']);
});
