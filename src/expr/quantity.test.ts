import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareQuantities, formatQuantity, normaliseQuantity, parseQuantity, quantityToNumber, roundUpToMilli, type Quantity } from './quantity.ts';

function quantity(text: string | number): Quantity {
  const result = parseQuantity(text);
  assert.ok(result.ok, String(text));
  return result.value;
}

test('canonical texts are those of a Kubernetes API server', () => {
  const canonical: readonly (readonly [string | number, string])[] = [
    [1, '1'], [0.5, '500m'], ['1', '1'], ['1000m', '1'], ['1500m', '1500m'], ['0.1', '100m'], ['1.5', '1500m'], ['100', '100'], ['1000', '1k'],
    ['1024', '1024'], ['1024Ki', '1Mi'], ['0.5Gi', '512Mi'], ['1.5Ki', '1536'], ['1Ki', '1Ki'], ['0.5Ki', '512'], ['1.5Gi', '1536Mi'], ['1e3', '1e3'],
    ['1E3', '1e3'], ['2e-3', '2e-3'], ['12e5', '1200e3'], ['1E', '1E'], ['1e0', '1'], ['-5', '-5'], ['+1', '1'], ['-0', '0'], ['0Gi', '0'], ['.5', '500m'],
    ['5.', '5'], ['1.1n', '2n'], ['100000000000000000000', '100E'], [1e21, '1e21'], ['1e999999999', '1e60'],
    ['1e-999999999', '1e-9'], ['16Ei', '9223372036854775807'],
  ];
  for (const [text, expected] of canonical) assert.equal(normaliseQuantity(text), expected, String(text));
});

test('what is no quantity is refused', () => {
  for (const text of ['', '.', 'm', '1 Gi', '1gi', '1Kb', '--1', '1e', '0x10', 'NaN', '1.2.3', '1'.repeat(200)]) assert.equal(normaliseQuantity(text), undefined, text);
});

test('comparison ignores the notation', () => {
  assert.equal(compareQuantities(quantity('1Gi'), quantity('1073741824')), 0);
  assert.equal(compareQuantities(quantity('1G'), quantity('1Gi')), -1);
  assert.equal(compareQuantities(quantity('1100m'), quantity('1')), 1);
  assert.equal(quantityToNumber(quantity('1500m')), 1.5);
  assert.equal(quantityToNumber(quantity('2Gi')), 2 ** 31);
});

test('resource lists are rounded up to thousandths', () => {
  assert.equal(formatQuantity(roundUpToMilli(quantity('1.0001'))), '1001m');
  assert.equal(formatQuantity(roundUpToMilli(quantity('-1.0001'))), '-1001m');
  assert.equal(formatQuantity(roundUpToMilli(quantity('250m'))), '250m');
});

test('formatting keeps the value, and canonical text is its own canonical text', () => {
  const suffix = fc.constantFrom('', 'm', 'u', 'n', 'k', 'M', 'Ki', 'Mi', 'Gi', 'e3', 'e-2');
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 999 }), suffix, (whole, fraction, unit) => {
      const original = quantity(`${whole}.${fraction}${unit}`);
      const text = formatQuantity(original);
      assert.equal(quantity(text).nanos, original.nanos);
      assert.equal(normaliseQuantity(text), text);
    }),
  );
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseQuantity(text)));
});
