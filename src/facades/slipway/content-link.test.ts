import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContentLinks } from './content-link.ts';

let nowMs = 1_000_000;
const clock = { now: () => nowMs, steadyMs: () => nowMs, schedule: () => () => undefined, sleep: async () => undefined };
const linksOn = (domain: string) => createContentLinks({ domain, key: Buffer.alloc(32, 1), clock });
const from = (host: string, isTls = false) => ({ headers: { host }, isTls });

function ticketOf(url: string): string {
  return new URL(url).pathname.split('/')[2] ?? '';
}

test('a link leads to a host of the artifact alone, and its ticket works there only', () => {
  const links = linksOn('localhost');
  const link = links.linkTo('3F-a', 'sub dir/ü.html', from('127.0.0.1:8080'));
  assert.ok(link.ok);
  const url = new URL(link.url);
  assert.equal(url.host, 'artifact-3f-a.localhost:8080');
  assert.ok(url.pathname.endsWith('/sub%20dir/%C3%BC.html'));
  const ticket = ticketOf(link.url);
  assert.deepEqual(links.readTicket(ticket, url.host), { artifactId: '3F-a', dashboardOrigin: 'http://127.0.0.1:8080', endsAtMs: nowMs + 12 * 3_600_000 });
  for (const host of ['artifact-3f-b.localhost:8080', 'localhost:8080', 'artifact-3f-a.localhost.evil.example', undefined]) {
    assert.equal(links.readTicket(ticket, host), undefined, host);
  }
});

test('a ticket that is forged, changed, old, or of another server opens nothing', () => {
  const links = linksOn('localhost');
  const link = links.linkTo('a', '', from('localhost:1'));
  assert.ok(link.ok);
  const { host } = new URL(link.url);
  const [payload = '', mac = ''] = ticketOf(link.url).split('.');
  const forged = Buffer.from(JSON.stringify(['a', 'http://evil.example', 9e15])).toString('base64url');
  for (const ticket of ['', '.', payload, `${payload}.`, `${forged}.${mac}`, `${payload}.${mac.slice(1)}`, `${payload}x.${mac}`]) {
    assert.equal(links.readTicket(ticket, host), undefined, ticket);
  }
  const other = createContentLinks({ domain: 'localhost', key: Buffer.alloc(32, 2), clock });
  assert.equal(other.readTicket(`${payload}.${mac}`, host), undefined);
  nowMs += 13 * 3_600_000;
  assert.equal(links.readTicket(`${payload}.${mac}`, host), undefined);
});

test('away from this machine, names below localhost lead elsewhere: a domain must be configured', () => {
  for (const host of ['slipway.example', '192.168.1.7:8080', '[fd00::1]:8080']) {
    const link = linksOn('localhost').linkTo('a', '', from(host));
    assert.ok(!link.ok && link.why.includes('--content-domain'), host);
  }
  assert.ok(linksOn('localhost').linkTo('a', '', from('[::1]:8080')).ok);
  const link = linksOn('content.example').linkTo('a', '', from('slipway.example', true));
  assert.ok(link.ok && link.url.startsWith('https://artifact-a.content.example/artifact/'));
});
