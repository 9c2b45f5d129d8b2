// A headless Chromium on the pages of a real installation. Whatever the browser complains about fails the test that looks;
// screenshots of every page in both themes go to the directory that SLIPWAY_SCREENSHOTS names, to be looked at by people.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { isDashboardBuilt } from '../../bin/dashboard.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const SCREENSHOTS = process.env['SLIPWAY_SCREENSHOTS'];
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
export const SHOWN_TIME_MS_MAX = 30_000;
const WIDE = { width: 1440, height: 900 };
/** Only pictures depend on it: what has to be painted anew after a change of theme and size. */
const PAINTED_MS = 200;
const PHONE = { width: 390, height: 844 };
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For `test(…, { skip })`. */
export const skip = CHROMIUM === undefined ? 'there is no Chromium on this machine' : isDashboardBuilt() ? false : 'the pages are not built: npm run build';

export interface Tab {
  readonly browser: Browser;
  readonly page: Page;
  /** What the browser said in its console since the last call. */
  readonly takeComplaints: () => readonly string[];
}

export async function openTab(): Promise<Tab> {
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: FLAGS });
  const context = await browser.newContext({ viewport: WIDE, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(SHOWN_TIME_MS_MAX);
  const complaints: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { browser, page, takeComplaints: () => complaints.splice(0) };
}

/** Takes the picture in both themes, on a wide screen and a phone; leaves the page light and wide. */
export async function screenshot({ page }: Tab, name: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(PAINTED_MS);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize(WIDE);
}

/** Looks at the layout of a phone before what still overhangs counts. */
const LAYOUT_WAITS_MAX = 10;

/** Run in the page: what lies right of the window and can not be scrolled to on purpose. */
const OVERHANGING = `[...document.querySelectorAll('main *')]
  .filter((element) => {
    const { width, right } = element.getBoundingClientRect();
    return width > 0 && right > innerWidth + 1 && element.closest('pre, nav, [tabindex="0"], [role=tablist], [role=toolbar], [role=group]') === null;
  })
  .slice(0, 5)
  .map((element) => element.tagName + ' ' + element.textContent.slice(0, 60))`;

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly help: string; readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[] }[];
}

/** Fails on every serious or critical finding of axe, in both themes, and on what a phone would cut off. */
export async function checkAccessibility({ page }: Tab): Promise<void> {
  // The page's security policy allows no script that is written into it.
  await page.evaluate(`${readFileSync(AXE, 'utf8')}; undefined`);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const said = serious.map(({ id, help, nodes }) => `${id} (${colorScheme}): ${help}\n${nodes.slice(0, 4).map((node) => `  ${node.target.join(' ')}\n  ${node.failureSummary}`).join('\n')}`);
    assert.deepEqual(said, []);
  }
  await page.setViewportSize(PHONE);
  const overhanging = () => page.evaluate<readonly string[]>(OVERHANGING);
  // The page lays itself out a moment after the window has its size.
  for (let wait = 0; wait < LAYOUT_WAITS_MAX && (await overhanging()).length > 0; wait++) await page.waitForTimeout(PAINTED_MS);
  assert.deepEqual(await overhanging(), [], 'reaches beyond the edge of a phone');
  await page.setViewportSize(WIDE);
}
