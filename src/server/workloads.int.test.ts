// What kubectl shows and does with the kinds around Pods. Skipped where there is none.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { kubectlAgainst, noKubectl, type Kubectl } from './testing/kubectl.ts';

function kubectlTest(name: string, body: (kubectl: Kubectl, t: TestContext) => Promise<void>): void {
  test(`kubectl: ${name}`, { skip: noKubectl }, async (t) => body(await kubectlAgainst(t), t));
}

async function ok({ run }: Kubectl, args: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(args.split(' '), input);
  assert.equal(code, 0, `kubectl ${args}: ${stderr}`);
  return stdout + stderr;
}

kubectlTest('generators make workloads, and their tables show them', async (kubectl) => {
  await ok(kubectl, 'create deployment web --image=nginx --replicas=2 --port=80');
  await ok(kubectl, 'expose deployment web --port=80 --target-port=8080');
  await ok(kubectl, 'create job once --image=busybox -- echo hi');
  await ok(kubectl, 'create cronjob often --image=busybox --schedule=@hourly -- date');
  await ok(kubectl, 'create quota bounds --hard=pods=4');
  await ok(kubectl, 'create priorityclass high --value=7');
  await ok(kubectl, 'create poddisruptionbudget some --selector=app=web --min-available=1');
  await ok(kubectl, 'autoscale deployment web --max=4');
  assert.match(await ok(kubectl, 'get deploy,svc,job,cj,quota,pc,pdb,hpa'), /deployment\.apps\/web +0\/2 +0 +0 +\d+s/);
  assert.match(await ok(kubectl, 'get svc web'), /web +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP/);
  assert.match(await ok(kubectl, 'get all'), /horizontalpodautoscaler\.autoscaling\/web +Deployment\/web/);
  assert.match(await ok(kubectl, 'describe deployment web'), /Replicas: +2 desired/);
});

kubectlTest('scaling, pausing, setting images, applying workloads', async (kubectl) => {
  await ok(kubectl, 'create deployment web --image=nginx');
  assert.match(await ok(kubectl, 'scale deployment web --replicas=3'), /scaled/);
  await ok(kubectl, 'set image deployment/web nginx=nginx:2');
  await ok(kubectl, 'rollout pause deployment/web');
  await ok(kubectl, 'rollout restart deployment/web').catch((error: Error) => assert.match(error.message, /can't restart paused deployment/));
  const text = await ok(kubectl, 'get deployment web -o jsonpath={.spec.replicas}:{.spec.paused}:{.metadata.generation}:{.spec.template.spec.containers[0].image}');
  assert.equal(text, '3:true:4:nginx:2');
});

kubectlTest('kinds explain themselves', async (kubectl) => {
  assert.match(await ok(kubectl, 'explain deployment.spec.strategy.rollingUpdate'), /maxSurge\t<IntOrString>|maxSurge/);
  assert.match(await ok(kubectl, 'explain hpa'), /VERSION: +v2/);
  assert.match(await ok(kubectl, 'explain jobs.spec.podFailurePolicy.rules'), /onExitCodes/);
  assert.match(await ok(kubectl, 'api-resources --api-group=apps'), /deployments +deploy +apps\/v1 +true +Deployment/);
});

kubectlTest('what is not enforced says so', async (kubectl) => {
  const policy = '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"n"},"spec":{"podSelector":{}}}';
  assert.match(await ok(kubectl, 'apply -f -', policy), /Warning: NetworkPolicies are stored, but not enforced on this machine/);
});
