// Pipelines and experiments: plain lists.
import { get } from './api.js';
import { h, table, time } from './dom.js';

const LISTS = {
  pipelines: { title: 'Pipelines', key: 'pipelines', hint: 'Upload one: kfp.Client().upload_pipeline("pipeline.yaml")' },
  experiments: { title: 'Experiments', key: 'experiments', hint: 'A run without an experiment goes to the one called Default.' },
};

export function showList(page, name) {
  const { title, key, hint } = LISTS[name];
  page.replaceChildren(h('h1', {}, title));
  get(`/${name}?page_size=200&sort_by=created_at%20desc`).then(
    (answer) => {
      const rows = (answer[key] ?? []).map((row) =>
        h('tr', {}, h('td', {}, row.display_name), h('td', { class: 'quiet' }, row.description ?? ''), h('td', { class: 'number' }, time(row.created_at))),
      );
      page.append(rows.length === 0 ? h('div', { class: 'panel' }, h('p', {}, `Nothing here yet. ${hint}`)) : table(['Name', 'Description', 'Created'], rows));
    },
    (error) => page.append(h('p', {}, error.message)),
  );
  return () => undefined;
}
