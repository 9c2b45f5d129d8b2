// One run, live: its steps with state, reason and duration; a panel with inputs, outputs and the streaming log of a step.
import { followLog, get, listen } from './api.js';
import { duration, h, state, table, time, valueText } from './dom.js';
import { inOrder } from './step-order.js';

/** Log characters kept on the page; the whole log is `slipway logs RUN STEP`. */
const LOG_CHARS_MAX = 500_000;

export function showRun(page, runId) {
  const view = { run: undefined, tasks: new Map(), selected: undefined, closeLog: () => undefined };
  const head = h('div');
  const steps = h('div');
  const panel = h('div');
  page.replaceChildren(head, steps, panel);

  const draw = () => {
    if (view.run === undefined) return;
    head.replaceChildren(...runHead(view.run));
    const rows = inOrder([...view.tasks.values()], view.run.pipeline_spec).map((task) => stepRow(task, view.selected, () => select(task.task_id)));
    steps.replaceChildren(table(['Step', 'State', 'Reason', 'Duration'], rows));
  };
  const select = (taskId) => {
    view.selected = taskId;
    view.closeLog();
    view.closeLog = showStep(panel, runId, view.tasks.get(taskId));
    draw();
  };
  const closeEvents = listen(`/runs/${encodeURIComponent(runId)}/events`, {
    snapshot({ run, tasks = [] }) {
      view.run = run;
      view.tasks = new Map(tasks.map((task) => [task.task_id, task]));
      draw();
    },
    run(run) {
      view.run = { ...view.run, ...run };
      draw();
    },
    task(task) {
      view.tasks.set(task.task_id, task);
      if (task.task_id === view.selected) updateStep(panel, task);
      draw();
    },
    task_deleted({ task_id: taskId }) {
      view.tasks.delete(taskId);
      draw();
    },
    deleted() {
      page.replaceChildren(h('p', {}, 'This run was deleted.'));
    },
  });
  get(`/runs/${encodeURIComponent(runId)}`).catch((error) => page.replaceChildren(h('h1', {}, 'No such run'), h('p', {}, error.message)));
  return () => {
    closeEvents();
    view.closeLog();
  };
}

function runHead(run) {
  const parameters = Object.entries(run.runtime_config?.parameters ?? {});
  const message = run.error?.message ?? run.state_message;
  return [
    h('h1', {}, run.display_name),
    h('div', { class: 'facts' }, state(run.state), h('span', {}, `started ${time(run.created_at)}`), duration(run.created_at, run.finished_at)),
    message ? h('p', {}, message) : undefined,
    parameters.length > 0 ? pairs(parameters.map(([name, value]) => [name, valueText(value)])) : undefined,
  ].filter((child) => child !== undefined);
}

function properties(task) {
  return task.status_metadata?.custom_properties ?? {};
}

function label(task) {
  const index = task.type_attributes?.iteration_index;
  return (task.display_name || task.name) + (index === undefined ? '' : ` [${index}]`);
}

function stepRow(task, selected, onSelect) {
  const name = h('button', { class: 'step', type: 'button', onclick: onSelect }, label(task));
  name.style.marginLeft = `${task.depth * 1.2}rem`;
  const began = properties(task).started_at;
  return h(
    'tr',
    { class: task.task_id === selected ? 'selected' : '' },
    h('td', {}, name),
    h('td', {}, state(properties(task).state ?? 'PENDING')),
    h('td', { class: 'quiet' }, task.status_metadata?.message ?? ''),
    h('td', { class: 'number' }, duration(began, task.end_time)),
  );
}

function showStep(panel, runId, task) {
  const log = h('pre', { tabindex: '0', 'aria-label': 'Log' });
  const isStep = task.type === 'RUNTIME';
  panel.replaceChildren(
    h('section', { class: 'panel', 'aria-label': label(task) }, h('div', { class: 'facts-of-step' }), isStep ? h('h2', {}, 'Log') : '', isStep ? log : ''),
  );
  updateStep(panel, task);
  if (!isStep) return () => undefined;
  const abort = new AbortController();
  const append = (text) => {
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    log.textContent = (log.textContent + text).slice(-LOG_CHARS_MAX);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };
  followLog(runId, task.task_id, append, abort.signal).then(
    () => log.textContent === '' && append('(the step wrote nothing)'),
    (error) => abort.signal.aborted || append(`(${error.message})`),
  );
  return () => abort.abort();
}

function updateStep(panel, task) {
  const facts = panel.querySelector('.facts-of-step');
  const { state: stateName = 'PENDING', attempt, exit_code: exitCode } = properties(task);
  facts.replaceChildren(
    h('h1', {}, label(task)),
    h(
      'div',
      { class: 'facts' },
      state(stateName),
      attempt === undefined ? '' : h('span', {}, `try ${attempt + 1}`),
      exitCode === undefined ? '' : h('span', {}, `exit code ${exitCode}`),
      task.pods?.[0] === undefined ? '' : h('span', { class: 'quiet' }, `Pod ${task.pods[0].name}`),
    ),
    ...(task.status_metadata?.message ? [h('p', {}, task.status_metadata.message)] : []),
    ...valuesSection('Inputs', task.inputs),
    ...valuesSection('Outputs', task.outputs),
  );
}

function valuesSection(title, values = {}) {
  const parameters = (values.parameters ?? []).map(({ parameter_key: key, value }) => [key, valueText(value)]);
  const artifacts = (values.artifacts ?? []).flatMap(({ artifact_key: key, artifacts: list = [] }) =>
    list.map((artifact) => [key, artifactText(artifact)]),
  );
  const all = [...parameters, ...artifacts];
  return all.length === 0 ? [] : [h('h2', {}, title), pairs(all)];
}

function artifactText({ type, uri, metadata = {} }) {
  const shown = Object.entries(metadata).map(([name, value]) => `${name} = ${valueText(value)}`);
  return [`${type ?? 'Artifact'} ${uri ?? ''}`, ...shown].join('\n');
}

function pairs(entries) {
  return h('dl', {}, entries.flatMap(([name, text]) => [h('dt', {}, name), h('dd', {}, ...text.split('\n').flatMap((line) => [line, h('br')]).slice(0, -1))]));
}
