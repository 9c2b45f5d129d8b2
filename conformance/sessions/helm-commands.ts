// What people do with Helm, as one session with the chart in helm-chart: each command goes on where the one before it ended.
import type { SessionCommand } from './command-session.ts';

const IN = '-n helm-session';
const WAIT = '--wait --timeout 45s';

/** Which release of Helm: 3, which patches, or 4, which applies on the server's side. */
export type HelmMajor = 3 | 4;

const BEFORE: readonly SessionCommand[] = [
  { run: 'lint helm-chart', says: /0 chart\(s\) failed/ },
  { run: `list ${IN}`, says: /^NAME\s+NAMESPACE/ },
  { run: `status demo ${IN}`, code: 1, says: /release: not found/ },
  // The chart's own kinds are not there yet, and a rehearsal does not bring them.
  { run: `install demo helm-chart ${IN} --dry-run=server`, code: 1, says: /no matches for kind "Gadget"/ },
  { run: `install demo helm-chart ${IN} --dry-run=server --create-namespace --set gadget.enabled=false`, says: /NAMESPACES: "[1-9]\d*"/ },
  { run: `list ${IN} -q`, note: 'a rehearsal leaves nothing', says: /^$/ },
];

const installed = (major: HelmMajor): readonly SessionCommand[] => [
  { run: `install demo helm-chart ${IN} --create-namespace --wait-for-jobs ${WAIT}`, says: /STATUS: deployed[^]*Release demo says hello; Deployments are known/ },
  { run: `install demo helm-chart ${IN}`, note: 'twice', code: 1, says: /cannot re-?use a name that is still in use/ },
  { run: `install other helm-chart ${IN} --skip-crds --no-hooks`, note: 'a second one beside it', says: /STATUS: deployed/ },
  { run: `uninstall other ${IN} ${WAIT}`, says: /kept due to the resource policy[^]*release "other" uninstalled/ },
  { run: 'list -A -o json', says: /"name":"demo"[^}]*"status":"deployed"/ },
  { run: `status demo ${IN}${major === 3 ? ' --show-resources' : ''}`, note: 'with what it is made of', says: /==> v1\/Deployment\nNAME +READY +UP-TO-DATE +AVAILABLE +AGE\s*\ndemo +\d\/2/ },
  { run: `get manifest demo ${IN}`, says: /PASSWORD_WAS_THERE: "false"/ },
  { run: `get hooks demo ${IN}`, says: /demo-migration/ },
  { run: `get values demo ${IN} --all -o json`, says: /"greeting":"hello"/ },
  { run: `get all demo ${IN}`, says: /COMPUTED VALUES/ },
  { run: `test demo ${IN} --logs --timeout 45s`, says: /Phase: +Succeeded[^]*it says hello/ },
];

const upgraded = (major: HelmMajor): readonly SessionCommand[] => [
  { run: `upgrade demo helm-chart ${IN} --dry-run=server --set greeting=hi`, says: /REVISION: "2"/ },
  { run: `upgrade demo helm-chart ${IN} --atomic --set greeting=hi,gadget.size=5,replicas=1 ${WAIT}`, says: /REVISION: 2/ },
  { run: `get manifest demo ${IN}`, note: 'the second', says: /PASSWORD_WAS_THERE: "true"/ },
  { run: `test demo ${IN} --logs --timeout 45s`, note: 'the second', says: /it says hi/ },
  { run: `upgrade demo helm-chart ${IN} --set gadget.size=10`, note: 'what the schema refuses', code: 1, says: /size[^]*less than or equal to 9/ },
  { run: `upgrade demo helm-chart ${IN} --set migrationExitCode=3 --timeout 45s`, note: 'its hook fails', code: 1, says: /pre-upgrade hooks failed/ },
  { run: `upgrade demo helm-chart ${IN} --atomic --set image=example.com/none:1 --wait --timeout 10s`, note: 'it never gets ready', code: 1, says: /rolled back/ },
  { run: `history demo ${IN}`, says: /deployed[^\n]*Rollback to 2/ },
  { run: `upgrade --install demo helm-chart ${IN} --reuse-values --set greeting=hey ${WAIT}`, says: /has been upgraded/ },
  { run: `upgrade demo helm-chart ${IN} --reuse-values --set gadget.enabled=false ${WAIT}`, note: 'without the gadget', says: /has been upgraded/ },
  // Who replaces a claim leaves out the volume that it got.
  { run: `upgrade demo helm-chart ${IN} ${major === 3 ? '--force' : '--force-replace --server-side=false'}`, note: 'by replacing', code: 1, says: /spec is immutable after creation/ },
  { run: `rollback demo 1 ${IN} ${WAIT}`, says: /Rollback was a success/ },
  { run: `test demo ${IN} --logs --timeout 45s`, note: 'as in the beginning', says: /it says hello/ },
  { run: `history demo ${IN} -o json`, says: /"description":"Rollback to 1"/ },
];

const GONE: readonly SessionCommand[] = [
  { run: `uninstall demo ${IN} --dry-run`, says: /uninstalled/ },
  { run: `uninstall demo ${IN} --keep-history --cascade foreground ${WAIT}`, says: /PersistentVolumeClaim[^]*uninstalled/ },
  { run: `list ${IN} --uninstalled -q`, says: /^demo$/m },
  { run: `rollback demo 1 ${IN} ${WAIT}`, note: 'of what was uninstalled', says: /Rollback was a success/ },
  { run: `uninstall demo ${IN} ${WAIT}`, note: 'for good', says: /uninstalled/ },
  { run: `status demo ${IN}`, note: 'after all', code: 1, says: /release: not found/ },
];

/** The chart that Helm makes, and what else it can keep its releases in. */
const MADE: readonly SessionCommand[] = [
  { run: 'create made', says: /Creating made/ },
  { run: `install made made ${IN} --set replicaCount=0 ${WAIT}`, says: /STATUS: deployed/ },
  { run: `upgrade made made ${IN} --set autoscaling.enabled=true,ingress.enabled=true`, says: /REVISION: 2/ },
  { run: `uninstall made ${IN} ${WAIT}`, says: /uninstalled/ },
  { run: `install kept made ${IN} --set replicaCount=0`, env: { HELM_DRIVER: 'configmap' }, says: /STATUS: deployed/ },
  { run: `list ${IN} -q`, note: 'kept in ConfigMaps', env: { HELM_DRIVER: 'configmap' }, says: /^kept$/m },
  { run: `uninstall kept ${IN} ${WAIT}`, env: { HELM_DRIVER: 'configmap' }, says: /uninstalled/ },
];

export function helmCommands(major: HelmMajor): readonly SessionCommand[] {
  return [BEFORE, installed(major), upgraded(major), GONE, MADE].flat();
}
