import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { knownImage, matchesImagePattern } from './image-name.ts';

test('Python images, whatever their tag and mirror', () => {
  const wanted = {
    'python': undefined,
    'python:latest': undefined,
    'python:3': undefined,
    'python:3-slim': undefined,
    'python:slim': undefined,
    'python:slim-bookworm': undefined,
    'python:alpine3.20': undefined,
    'python:3.11': '3.11',
    'python:3.7': '3.7',
    'python:3.11-slim': '3.11',
    'python:3.11.7-slim-bookworm': '3.11',
    'python:3.13.0rc2-alpine': '3.13',
    'python:3.14-rc-slim': '3.14',
    'python:2.7': '2.7',
    'python:2': '2',
    'docker.io/python:3.9': '3.9',
    'docker.io/library/python:3.9': '3.9',
    'library/python:3.9': '3.9',
    'localhost:5000/python:3.9': '3.9',
    'localhost:5000/python': undefined,
    'ghcr.io/team/mirror/python:3.12-alpine': '3.12',
    'python:3.11@sha256:0123': '3.11',
    'python@sha256:0123': undefined,
    'registry.example/ubi9/python-311:latest': '3.11',
    'registry.example/ubi8/python-39': '3.9',
  };
  for (const [image, wantedVersion] of Object.entries(wanted)) assert.deepEqual(knownImage(image), { kind: 'python', wantedVersion }, image);
});

test('shell images', () => {
  const shells = (images: readonly string[], command: readonly string[], hasAsh: boolean) => {
    for (const image of images) assert.deepEqual(knownImage(image), { kind: 'shell', command, hasAsh }, image);
  };
  shells(['alpine', 'alpine:3.20', 'busybox:latest'], ['sh'], true);
  shells(['docker.io/library/bash:5'], ['bash'], true);
  shells(['ubuntu:24.04', 'mirror.example/library/debian:bookworm-slim'], ['sh'], false);
  shells(['registry.k8s.io/pause:3.8'], ['sleep', 'infinity'], false);
});

test('everything else is unknown', () => {
  const images = ['', ':', '/', 'tensorflow/tensorflow:2', 'pythons', 'my-python:3.11', 'team/python-app', 'python-311', 'python/app', 'python:3.11-windowsservercore', 'python:3.x', 'alpine/git', 'x'.repeat(5000)];
  for (const image of images) assert.equal(knownImage(image), undefined, image.slice(0, 40));
});

test('patterns', () => {
  assert.ok(matchesImagePattern('registry.example/team/*', 'registry.example/team/a/b:1'));
  assert.ok(matchesImagePattern('*', ''));
  assert.ok(matchesImagePattern('*/train:*', 'registry.example/train:1'));
  assert.ok(matchesImagePattern('a*b*c', 'abbc'));
  assert.ok(!matchesImagePattern('ab*ba', 'aba'));
  assert.ok(!matchesImagePattern('a*b*b', 'ab'));
  assert.ok(!matchesImagePattern('team/app', 'team/app:1'));
  assert.ok(!matchesImagePattern('.*', 'x'));
});

test('patterns match what a regular expression of the same meaning does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/') });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*') });
  fc.assert(fc.property(pattern, text, (p, t) => assert.equal(matchesImagePattern(p, t), new RegExp(`^${p.replaceAll('*', '.*')}$`).test(t))));
});
