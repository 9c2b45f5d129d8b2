// The REST API and its event streams: no polling, no state of truth of its own.

const BASE = '/apis/v2beta1';

export async function get(path) {
  const response = await fetch(BASE + path);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.message ?? `the server answered ${response.status}`);
  return body;
}

/**
 * Calls the listener of each event by name with its data; the browser reconnects by itself, and the server begins again
 * with a snapshot. Returns the function that closes the stream.
 */
export function listen(path, listeners) {
  const stream = new EventSource(BASE + path);
  const connection = document.getElementById('connection');
  stream.onopen = () => (connection.textContent = '');
  stream.onerror = () => (connection.textContent = 'The connection to Slipway is lost; trying again …');
  for (const [name, listener] of Object.entries(listeners)) {
    stream.addEventListener(name, (event) => listener(JSON.parse(event.data)));
  }
  return () => stream.close();
}

/** Hands over the text of a log as it comes, until the step ends or the signal aborts. */
export async function followLog(runId, taskId, onText, signal) {
  const response = await fetch(`${BASE}/runs/${encodeURIComponent(runId)}/tasks/${encodeURIComponent(taskId)}/log?follow=true`, { signal });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).message ?? `the server answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    onText(value);
  }
}
