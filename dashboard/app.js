// The first page: hash routes, because the links that the kfp SDK prints are hash routes.
import { growDurations } from './dom.js';
import { showList } from './lists-page.js';
import { showRun } from './run-page.js';
import { showRuns } from './runs-page.js';

const ROUTES = [
  [/^#\/runs\/details\/([^/?]+)/, (page, [, runId]) => showRun(page, decodeURIComponent(runId))],
  [/^#\/pipelines/, (page) => showList(page, 'pipelines')],
  [/^#\/experiments/, (page) => showList(page, 'experiments')],
  [/^/, (page) => showRuns(page)],
];

let closePage = () => undefined;

function navigate() {
  closePage();
  const page = document.getElementById('page');
  const hash = location.hash || '#/runs';
  const [pattern, show] = ROUTES.find(([candidate]) => candidate.test(hash));
  closePage = show(page, pattern.exec(hash));
  for (const link of document.querySelectorAll('nav a')) {
    const isCurrent = hash.startsWith(link.getAttribute('href'));
    if (isCurrent) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

const DURATIONS_GROW_MS = 1000;

addEventListener('hashchange', navigate);
setInterval(growDurations, DURATIONS_GROW_MS);
navigate();
