// What every test of pages stands on: an installation of its own and a tab of a browser.
import { after, before } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { openTab, skip, type Tab } from './browser.ts';

export interface TestedPages {
  readonly installation: Installation;
  /** Open once the first test begins. */
  readonly tab: Tab;
}

/** Variables for the server. */
type Environment = Readonly<Record<string, string>>;

/** Called at the top of a test file. `prepare` may write into the data directory before the server starts; with `keepsPort` it can be started again. */
export function testedPages(prepare: (installation: Installation) => Environment | Promise<Environment> = () => ({}), { keepsPort = false } = {}): TestedPages {
  const installation = new Installation(undefined, { keepsPort });
  const tab: { -readonly [Name in keyof Tab]?: Tab[Name] } = {};
  before(async () => {
    if (skip !== false) return;
    await installation.start(await prepare(installation));
    Object.assign(tab, await openTab());
  });
  after(async () => {
    await tab.browser?.close();
    await installation.remove();
  });
  // Tests run after `before`, or are skipped.
  return { installation, tab: tab as Tab };
}
