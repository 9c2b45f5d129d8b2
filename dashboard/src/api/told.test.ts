import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { applyTold, readAgain } from './told.ts';

const KEY = ['rows'];

/** A page that reads rows from a server whose answers are held back. */
function openPage() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const answers: PromiseWithResolvers<readonly string[]>[] = [];
  const observer = new QueryObserver<readonly string[]>(client, {
    queryKey: KEY,
    queryFn: ({ signal }) => {
      const answer = Promise.withResolvers<readonly string[]>();
      signal.addEventListener('abort', () => answer.reject(new Error('aborted')));
      answers.push(answer);
      return answer.promise;
    },
  });
  const close = observer.subscribe(() => undefined);
  const answer = async (index: number, rows: readonly string[]) => {
    answers[index]!.resolve(rows);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const add = (row: string) => applyTold<readonly string[]>(client, KEY, (rows) => rows && [...rows.filter((other) => other !== row), row]);
  return { client, answers, answer, add, shown: () => client.getQueryData(KEY), close: () => (close(), client.clear()) };
}

test('what an event told is told again after an answer that was on its way', async () => {
  const page = openPage();
  page.add('a');
  page.add('b');
  await page.answer(0, ['b']);
  assert.deepEqual(page.shown(), ['a', 'b']);
  page.close();
});

test('reading again does not take the first answer, which was written before', async () => {
  const page = openPage();
  readAgain(page.client, KEY);
  assert.equal(page.answers.length, 2);
  await page.answer(0, ['old']);
  await page.answer(1, ['new']);
  assert.deepEqual(page.shown(), ['new']);
  page.close();
});

test('what was told before is not told again after what was read afterwards', async () => {
  const page = openPage();
  await page.answer(0, ['a']);
  readAgain(page.client, KEY);
  page.add('b');
  assert.deepEqual(page.shown(), ['a', 'b']);
  readAgain(page.client, KEY);
  await page.answer(2, ['c']);
  assert.deepEqual(page.shown(), ['c']);
  page.close();
});
