// The list of runs, live.
import { get, listen } from './api.js';
import { duration, h, state, table, time } from './dom.js';

/** Newest runs that are shown; older ones are found with `slipway get runs`. */
const RUN_COUNT_MAX = 200;

export function showRuns(page) {
  const runs = new Map();
  const body = h('div');
  page.replaceChildren(h('h1', {}, 'Runs'), body);
  const draw = () => {
    const newest = [...runs.values()].toSorted((a, b) => b.created_at.localeCompare(a.created_at)).slice(0, RUN_COUNT_MAX);
    body.replaceChildren(newest.length === 0 ? emptyState() : table(['Run', 'State', 'Started', 'Duration'], newest.map(runRow)));
  };
  const list = async () => {
    const answer = await get(`/runs?page_size=${RUN_COUNT_MAX}&sort_by=created_at%20desc`);
    runs.clear();
    for (const run of answer.runs ?? []) runs.set(run.run_id, run);
    draw();
  };
  return listen('/runs:events', {
    reset: () => list().catch((error) => body.replaceChildren(h('p', {}, error.message))),
    changed(run) {
      runs.set(run.run_id, run);
      draw();
    },
    deleted({ run_id: runId }) {
      runs.delete(runId);
      draw();
    },
  });
}

function runRow(run) {
  return h(
    'tr',
    {},
    h('td', {}, h('a', { href: `#/runs/details/${run.run_id}` }, run.display_name), reason(run)),
    h('td', {}, state(run.state)),
    h('td', { class: 'number' }, time(run.created_at)),
    h('td', { class: 'number' }, duration(run.created_at, run.finished_at)),
  );
}

function reason(run) {
  const text = run.error?.message ?? run.state_message;
  return text ? h('div', { class: 'quiet' }, text) : undefined;
}

function emptyState() {
  return h(
    'div',
    { class: 'panel' },
    h('p', {}, 'No runs yet. Start one from a terminal:'),
    h('pre', {}, 'slipway run examples/iris/pipeline.py --follow'),
    h('p', {}, 'or from Python:'),
    h('pre', {}, `import kfp\nclient = kfp.Client(host='${location.origin}')\nclient.create_run_from_pipeline_package('pipeline.yaml')`),
  );
}
