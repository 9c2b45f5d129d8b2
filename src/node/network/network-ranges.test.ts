import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkRanges } from './network-ranges.ts';

test('ranges give the fixed addresses; what is none is refused with the name of its flag', () => {
  assert.deepEqual(networkRanges('10.88.0.0/16', '172.20.4.0/22'), { pods: '10.88.0.0/16', services: '172.20.4.0/22', api: '172.20.4.1', nameServer: '172.20.4.10' });
  assert.throws(() => networkRanges('10.88.0.1/16', '10.96.0.0/16'), /--pod-cidr must be a range of IPv4 addresses .* not "10\.88\.0\.1\/16"/);
  for (const text of ['10.96.0.0', '10.96.0.0/30', '300.0.0.0/16', 'fd00::/16']) assert.throws(() => networkRanges('10.88.0.0/16', text), /--service-cidr/, text);
  assert.throws(() => networkRanges('10.0.0.0/8', '10.96.0.0/16'), /overlap/);
});
