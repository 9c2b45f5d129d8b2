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

/** How long something took, or has taken so far: then it grows (see growDurations). */
export function duration(beginText, endText) {
  if (beginText === undefined) return '';
  // The server writes the beginning of 1970 for a time that has not come.
  const isUnfinished = endText === undefined || endText.startsWith('1970-');
  const ms = (isUnfinished ? Date.now() : Date.parse(endText)) - Date.parse(beginText);
  return h('span', isUnfinished ? { 'data-since': beginText } : {}, durationText(ms));
}

export function growDurations() {
  for (const element of document.querySelectorAll('[data-since]')) {
    element.textContent = durationText(Date.now() - Date.parse(element.dataset.since));
  }
}

/** 850 ms, 12.3 s, 4 min 5 s */
function durationText(ms) {
  if (!(ms >= 0)) return '';
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function table(headings, rows) {
  return h('table', {}, h('thead', {}, h('tr', {}, headings.map((heading) => h('th', { scope: 'col' }, heading)))), h('tbody', {}, rows));
}
