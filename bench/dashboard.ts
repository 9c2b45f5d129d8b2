// npm run bench -- dashboard [--runs N]: the pages with a lot on them, in a real browser: a run of 1,000 steps and a list of N (10,000) runs. First meaningful paint is
// the first frame with a figure of the server in it; an interaction is the time from the input to the end of the next frame. Beside
// it stands the CPU time of the longest task of the page's main thread meanwhile, which does not depend on what else the machine does.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { readCount } from '../tools/read-count.ts';
import { openTab, type Tab } from '../dashboard/test/browser.ts';
import { grid, neverRun } from '../dashboard/test/pipelines.ts';
import { Installation } from '../sim/installation.ts';
import { longestTaskCpuMs } from './main-thread.ts';
import { median } from './median.ts';

const RUN_COUNT = 10_000;
const ROUNDS = 5;
const GRID_TIMEOUT_MS = 600_000;
const GOALS = { paint: '≤ 1000 ms', interaction: '≤ 100 ms' } as const;

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
}

/** `--runs N` makes fewer runs, for a quick look. */
export async function run(args: readonly string[]): Promise<void> {
  const runCount = readCount('--runs', args[0] === '--runs' ? args[1] : undefined, RUN_COUNT);
  const installation = new Installation();
  await installation.start();
  const tab = await openTab();
  try {
    await watchFrames(tab.page);
    const { run_id: gridRunId } = await installation.submit('a thousand steps', grid(20, 50));
    await installation.waitForRun(gridRunId, GRID_TIMEOUT_MS);
    console.log('1,000 steps have run');
    const { run_id: runId } = await installation.submit('run', neverRun);
    await installation.waitForRun(runId, GRID_TIMEOUT_MS);
    await multiplyRuns(installation, runId, runCount);
    print([...(await measureRun(tab, `${installation.url}/#/runs/details/${gridRunId}`)), ...(await measureList(tab, `${installation.url}/#/runs`, runCount))]);
  } finally {
    await tab.browser.close();
    await installation.remove();
  }
}

/** One real run that has ended, many times over: the server is stopped, its table grows, and it starts again. */
async function multiplyRuns(installation: Installation, runId: string, count: number): Promise<void> {
  await installation.kill('SIGTERM');
  const database = new DatabaseSync(join(installation.dataDir, 'slipway.db'));
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all('runs').map(({ name }) => String(name));
  const own: Readonly<Record<string, string>> = {
    run_id: "printf('%08x-0000-4000-8000-%012x', value, value)",
    display_name: "'run ' || value",
    created_at_ms: 'created_at_ms - value * 60000',
    state: "CASE value % 7 WHEN 0 THEN 'FAILED' ELSE state END",
  };
  const values = columns.map((column) => own[column] ?? column).join(', ');
  database.prepare(`INSERT INTO runs (${columns.join(', ')}) SELECT ${values} FROM runs, (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?) SELECT value FROM n) WHERE run_id = ?`).run(count, runId);
  database.close();
  await installation.start();
}

/** Notes in the page how long every input takes until the frame after it is done. */
async function watchFrames(page: Page): Promise<void> {
  await page.addInitScript(`
    globalThis.inputs = [];
    for (const type of ['click', 'keydown', 'wheel', 'pointermove', 'input']) {
      addEventListener(type, (event) => {
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => globalThis.inputs.push(performance.now() - event.timeStamp);
          channel.port2.postMessage(0);
        });
      }, { capture: true, passive: true });
    }
    const look = () => {
      globalThis.shownAtMs ??= document.querySelector('[data-index], [role=toolbar][aria-label=Zoom]') ? performance.now() : undefined;
      if (globalThis.shownAtMs === undefined) requestAnimationFrame(look);
    };
    look();
  `);
}

/** Median over fresh loads with an empty cache of data (files come from the browser's own). */
async function measurePaint(page: Page, address: string): Promise<string> {
  const shown: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto('about:blank');
    await page.goto(address);
    shown.push(await (await page.waitForFunction(() => Reflect.get(globalThis, 'shownAtMs') as number | undefined)).jsonValue().then(Number));
  }
  return `${median(shown).toFixed(0)} ms (worst ${Math.max(...shown).toFixed(0)} ms) | `;
}

async function measureInputs(page: Page, act: () => Promise<unknown>): Promise<string> {
  await page.waitForTimeout(1_000);
  await page.evaluate('globalThis.inputs.length = 0');
  const longestMs = await longestTaskCpuMs(page, async () => {
    await act();
    await page.waitForTimeout(500);
  });
  const inputs = await page.evaluate<number[]>('globalThis.inputs');
  return `${median(inputs).toFixed(0)} ms (worst of ${inputs.length}: ${Math.max(...inputs).toFixed(0)} ms) | ${longestMs.toFixed(0)} ms`;
}

async function measureRun({ page }: Tab, address: string): Promise<Figure[]> {
  const paint = await measurePaint(page, address);
  const repeat = async (times: number, act: () => Promise<unknown>) => {
    for (let time = 0; time < times; time++) await act();
  };
  await page.mouse.move(700, 500);
  const zoom = await measureInputs(page, () => repeat(10, () => page.keyboard.press('+')));
  const pan = await measureInputs(page, () => repeat(30, () => page.mouse.wheel(60, 40)));
  const select = await measureInputs(page, async () => {
    for (const { x, y } of await cardsInSight(page)) await page.mouse.click(x, y);
  });
  const timeline = await measureInputs(page, () => page.getByLabel('Timeline', { exact: true }).click());
  const scroll = await measureInputs(page, () => repeat(30, () => page.mouse.wheel(0, 400)));
  const name = (what: string) => `run of 1,000 steps: ${what}`;
  return [
    { name: name('first meaningful paint'), value: paint, goal: GOALS.paint },
    { name: name('zooming the graph, from the whole to cards'), value: zoom, goal: GOALS.interaction },
    { name: name('moving the graph'), value: pan, goal: GOALS.interaction },
    { name: name('choosing a step'), value: select, goal: GOALS.interaction },
    { name: name('opening the timeline'), value: timeline, goal: GOALS.interaction },
    { name: name('scrolling the timeline'), value: scroll, goal: GOALS.interaction },
  ];
}

/** Middles of some cards of the graph, on a screen of 1440 × 900; left of where the panel opens. */
async function cardsInSight(page: Page): Promise<readonly { readonly x: number; readonly y: number }[]> {
  const boxes = await Promise.all((await page.getByRole('button', { name: /^step-\d+-\d+ step/ }).all()).map((card) => card.boundingBox()));
  const middles = boxes.flatMap((box) => (box === null ? [] : [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }]));
  return middles.filter(({ x, y }) => x > 300 && x < 700 && y > 200 && y < 800).slice(0, 5);
}

async function measureList({ page }: Tab, address: string, count: number): Promise<Figure[]> {
  const paint = await measurePaint(page, address);
  await page.mouse.move(700, 500);
  const scroll = await measureInputs(page, async () => {
    for (let time = 0; time < 40; time++) await page.mouse.wheel(0, 800);
  });
  const keys = await measureInputs(page, async () => {
    await page.getByRole('row').nth(3).focus();
    for (let time = 0; time < 20; time++) await page.keyboard.press('j');
  });
  const type = await measureInputs(page, () => page.getByLabel('Filter by name').pressSequentially('run 99'));
  const sort = await measureInputs(page, () => page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click());
  const name = (what: string) => `list of ${count.toLocaleString('en')} runs: ${what}`;
  return [
    { name: name('first meaningful paint'), value: paint, goal: GOALS.paint },
    { name: name('scrolling'), value: scroll, goal: GOALS.interaction },
    { name: name('from row to row by key'), value: keys, goal: GOALS.interaction },
    { name: name('typing a filter'), value: type, goal: GOALS.interaction },
    { name: name('sorting'), value: sort, goal: GOALS.interaction },
  ];
}

function print(figures: readonly Figure[]): void {
  console.log('\n| what | value | longest task (CPU time) | goal |\n|---|---|---|---|');
  for (const { name, value, goal } of figures) console.log(`| ${name} | ${value} | ${goal} |`);
}
