// Elements from data. Text always goes in as text, so nothing that a user or a step wrote is ever read as markup.

/** h('td', {class: 'number'}, 'text', childElement) */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

export function state(name) {
  return h('span', { class: `state ${name}` }, name.charAt(0) + name.slice(1).toLowerCase());
}

export function valueText(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function time(text) {
  return text === undefined || text.startsWith('1970-') ? '' : new Date(text).toLocaleString();
}

/** 850 ms, 12.3 s, 4 min 5 s */
export function duration(beginText, endText) {
  if (beginText === undefined) return '';
  const isOpen = endText === undefined || endText.startsWith('1970-');
  const ms = (isOpen ? Date.now() : Date.parse(endText)) - Date.parse(beginText);
  if (!(ms >= 0)) return '';
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function table(headings, rows) {
  return h('table', {}, h('thead', {}, h('tr', {}, headings.map((heading) => h('th', { scope: 'col' }, heading)))), h('tbody', {}, rows));
}
