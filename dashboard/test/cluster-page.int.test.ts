// The page of the cluster in a real browser, over a real node with real Pods.
import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { shellPipeline } from '../../conformance/system/support/shell-pipeline.ts';
import type { ClusterFacts } from '../../src/facades/mod.ts';
import { sizeText } from '../src/frame/time-text.ts';
import { checkAccessibility, screenshot, skip } from './browser.ts';
import { testedPages } from './pages.ts';

const { installation, tab } = testedPages();

const show = (name: string) => tab.page.getByRole('tablist', { name: 'Parts of the cluster' }).getByRole('tab', { name }).click();
const rowOf = (name: string) => tab.page.getByRole('row').filter({ hasText: name });

test('the node says what it has, and what a step changes comes by itself', { skip }, async () => {
  await tab.page.goto(`${installation.url}/#/cluster`);
  const steps = tab.page.getByRole('region', { name: 'Steps' });
  const { steps: slots } = await installation.request<ClusterFacts>('GET', '/slipway/v1/cluster');
  await steps.getByText(`0 of ${slots.count_max} at once`).waitFor();
  await tab.page.getByRole('region', { name: 'Memory' }).getByText(`of ${sizeText(totalmem())} used`).waitFor();
  await tab.page.getByRole('list', { name: 'What this machine has' }).getByText('Python', { exact: true }).waitFor();
  await installation.submit('sleeper', shellPipeline('sleep', [{ name: 'sleep', script: 'echo sleeping; sleep 600' }]));
  await steps.getByText(`1 of ${slots.count_max} at once`).waitFor();
  await tab.page.getByRole('region', { name: 'Disk' }).getByText('database').waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-node');
});

test('Pods are listed from the Kubernetes API, live; one shows its containers, log, events and YAML', { skip }, async () => {
  await show('Pods');
  await rowOf('sleep-sleep').getByText('Running').waitFor();
  await rowOf('sleep-sleep').getByRole('link', { name: 'sleeper' }).waitFor();
  await installation.submit('broken', shellPipeline('broken', [{ name: 'bad', script: 'echo oh no; exit 7' }]));
  await rowOf('broken-bad').getByText(/Error · oh no/).waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-pods');
  await rowOf('broken-bad').getByRole('link').first().click();
  const panel = tab.page.getByRole('complementary', { name: /Pod broken-bad/ });
  await panel.getByText('ended with exit code 7').waitFor();
  await panel.getByRole('tab', { name: 'Log' }).click();
  await panel.getByText('oh no').waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-pod');
  await panel.getByRole('tab', { name: 'YAML' }).click();
  await panel.getByText('creationTimestamp').first().waitFor();
  await tab.page.waitForURL(/pod=/);
});

test('events come by themselves, and can be narrowed to warnings', { skip }, async () => {
  await show('Events');
  await tab.page.getByText('No events').waitFor();
  const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'seen.1', namespace: 'default' }, type: 'Warning', reason: 'NotSoGood', message: 'something is odd', involvedObject: { kind: 'Pod', namespace: 'default', name: 'seen' }, lastTimestamp: new Date().toISOString().replace(/\.\d+/, '') };
  await installation.request('POST', '/api/v1/namespaces/default/events', event);
  await installation.request('POST', '/api/v1/namespaces/default/events', { ...event, metadata: { name: 'seen.2', namespace: 'default' }, type: 'Normal', reason: 'Fine', message: 'all is well' });
  await rowOf('something is odd').getByText('NotSoGood').waitFor();
  await rowOf('all is well').waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-events');
  await tab.page.getByLabel('Warnings').click();
  await rowOf('all is well').waitFor({ state: 'detached' });
  await show('Environments');
  await tab.page.getByText('No environments yet').waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-environments');
  await show('Claims');
  await tab.page.getByText('No claims').waitFor();
  await checkAccessibility(tab);
  assert.deepEqual(tab.takeComplaints(), []);
});

test('claims say what their directories take', { skip }, async () => {
  const post = (path: string, object: object) => installation.request('POST', `/api/v1/namespaces/default/${path}`, { apiVersion: 'v1', ...object });
  const resources = { requests: { storage: '1Gi' } };
  await post('persistentvolumeclaims', { kind: 'PersistentVolumeClaim', metadata: { name: 'kept' }, spec: { accessModes: ['ReadWriteOnce'], resources } });
  await rowOf('kept').getByText('Pending').waitFor();
  const container = { name: 'main', image: 'busybox', command: ['sh', '-c', 'head -c 5242880 /dev/urandom > /kept/file'], volumeMounts: [{ name: 'kept', mountPath: '/kept' }] };
  const volumes = [{ name: 'kept', persistentVolumeClaim: { claimName: 'kept' } }];
  await post('pods', { kind: 'Pod', metadata: { name: 'keeper' }, spec: { restartPolicy: 'Never', containers: [container], volumes } });
  await rowOf('kept').getByText('Bound').waitFor();
  // Five mebibytes and the directory itself.
  await rowOf('kept').getByText('5.0 MiB').waitFor({ timeout: 60_000 });
  const metrics = await fetch(`${installation.url}/metrics`).then((response) => response.text());
  const used = /^kubelet_volume_stats_used_bytes\{namespace="default",persistentvolumeclaim="kept"\} (\d+)$/m.exec(metrics);
  assert.ok(Number(used?.[1]) >= 5 * 2 ** 20 && Number(used?.[1]) < 6 * 2 ** 20, metrics);
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-claims');
  assert.deepEqual(tab.takeComplaints(), []);
});
