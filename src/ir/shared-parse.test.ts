import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePipeline } from './parse.ts';
import { parsePipelineOnce, rememberPipeline } from './shared-parse.ts';
import { WHOLE_PIPELINE } from './testing/whole-pipeline.ts';

test('a document is parsed once, and frozen', () => {
  const document = structuredClone(WHOLE_PIPELINE);
  const parse = parsePipelineOnce(document);
  assert.ok(parse.ok);
  assert.equal(parsePipelineOnce(document), parse);
  assert.ok(Object.isFrozen(document));
});

test('a pipeline that came from another thread is the one that would have been read here', () => {
  const document = structuredClone(WHOLE_PIPELINE);
  const read = parsePipeline(document);
  assert.ok(read.ok);
  const parse = rememberPipeline(document, structuredClone(read.pipeline));
  assert.equal(parsePipelineOnce(document), parse);
  assert.ok(parse.ok);
  assert.deepEqual(parse.pipeline, read.pipeline);
  const { tasks } = parse.pipeline.components['comp-exit-handler-1']!.dag!;
  for (const record of [parse.pipeline.components, parse.pipeline.executors, tasks, tasks['gather']!.inputs!.parameters!, tasks['gather']!.inputs!.artifacts!]) {
    assert.equal((record as Record<string, unknown>)['constructor'], undefined);
  }
});
