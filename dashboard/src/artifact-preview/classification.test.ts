import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaUnder, classificationOf, scalarsOf, slicesOf } from './classification.ts';

test('a curve is ordered, bare of what is no point, and has an area', () => {
  const point = (fpr: unknown, recall: unknown, confidenceThreshold?: number) => ({ falsePositiveRate: fpr, recall, confidenceThreshold });
  const { roc, confusion } = classificationOf({ confidenceMetrics: [point(1, 1, 0), point(0, 0, 1), point(0.5, 1, 0.4), point('x', 1), null, point(2, 1)] });
  assert.deepEqual(roc?.map(({ falsePositiveRate: x, truePositiveRate: y }) => [x, y]), [[0, 0], [0.5, 1], [1, 1]]);
  assert.equal(areaUnder(roc ?? []), 0.75);
  assert.equal(confusion, undefined);
  assert.equal(classificationOf({ confidenceMetrics: { list: [point(0, 0)] } }).roc?.length, 1);
});

test('a confusion matrix has a label for every row', () => {
  const metadata = { confusionMatrix: { annotationSpecs: [{ displayName: 'cat' }], rows: [{ row: [3, 1] }, { row: [0, 4] }] } };
  assert.deepEqual(classificationOf(metadata).confusion, { labels: ['cat', 'class 2'], rows: [[3, 1], [0, 4]] });
  assert.equal(classificationOf({ confusionMatrix: 'nonsense' }).confusion, undefined);
});

test('scalars and slices', () => {
  assert.deepEqual(scalarsOf({ accuracy: 0.9, display_name: 'x', nested: {}, ok: true }), [['accuracy', 0.9], ['ok', true]]);
  const slices = slicesOf({ evaluationSlices: [{ slice: 'over 65', sliceClassificationMetrics: { confidenceMetrics: [{ falsePositiveRate: 0, recall: 0.5 }] } }, {}] });
  assert.deepEqual(slices.map(({ name, metrics }) => [name, metrics.roc?.length]), [['over 65', 1], ['slice 2', undefined]]);
});
