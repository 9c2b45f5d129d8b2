// rbac.authorization.k8s.io/v1 RoleBinding and ClusterRoleBinding: who may do what a role says.
import { isJsonObject, jsonEquals, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fill } from '../defaulting.ts';
import { fieldOf, type KindDefinition, type TableColumn } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';

const GROUP = 'rbac.authorization.k8s.io';
const SUBJECT_KINDS = ['Group', 'ServiceAccount', 'User'];

const COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Role', 'The role that is given.', (binding) => `${textAt(binding, '', 'roleRef', 'kind')}/${textAt(binding, '', 'roleRef', 'name')}`),
  AGE_COLUMN,
  wideColumn('Users', 'Users who get it.', (binding) => subjectsText(binding, 'User')),
  wideColumn('Groups', 'Groups that get it.', (binding) => subjectsText(binding, 'Group')),
  wideColumn('ServiceAccounts', 'Accounts that get it.', (binding) => subjectsText(binding, 'ServiceAccount')),
];

export const roleBindingKind: KindDefinition = builtinKind('rbac.authorization.k8s.io/v1/rolebindings', {
  nameRule: 'path-segment',
  setDefaults,
  validate: (binding, old) => [...roleCauses(binding, old, ['Role', 'ClusterRole']), ...subjectListCauses(binding, true)],
  columns: COLUMNS,
});

export const clusterRoleBindingKind: KindDefinition = builtinKind('rbac.authorization.k8s.io/v1/clusterrolebindings', {
  nameRule: 'path-segment',
  setDefaults,
  validate: (binding, old) => [...roleCauses(binding, old, ['ClusterRole']), ...subjectListCauses(binding, false)],
  columns: COLUMNS,
});

function setDefaults(binding: KubeObject): KubeObject {
  const roleRef = binding['roleRef'];
  const named = isJsonObject(roleRef) ? { ...binding, roleRef: fill(roleRef, { apiGroup: GROUP }) } : binding;
  const change = (subject: Json) => (isJsonObject(subject) && ['User', 'Group'].includes(textAt(subject, '', 'kind')) ? fill(subject, { apiGroup: GROUP }) : subject);
  return itemsAt(binding, 'subjects').length === 0 ? named : { ...named, subjects: itemsAt(binding, 'subjects').map(change) };
}

function roleCauses(binding: KubeObject, old: KubeObject | undefined, kinds: readonly string[]): readonly StatusCause[] {
  const [apiGroup, kind, name] = ['apiGroup', 'kind', 'name'].map((member) => textAt(binding, '', 'roleRef', member)) as [string, string, string];
  return [
    ...(apiGroup === GROUP ? [] : [notSupported('roleRef.apiGroup', apiGroup, [GROUP])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
    ...(name === '' ? [required('roleRef.name')] : nameCauses('path-segment', 'roleRef.name', name)),
    ...(old === undefined || jsonEquals(binding['roleRef'], old['roleRef']) ? [] : [invalid('roleRef', binding['roleRef'], 'cannot change roleRef')]),
  ];
}

function subjectListCauses(binding: KubeObject, isNamespaced: boolean): readonly StatusCause[] {
  return itemsAt(binding, 'subjects').flatMap((subject, index) => subjectCauses(subject, isNamespaced, `subjects[${index}]`));
}

function subjectCauses(subject: Json, isNamespaced: boolean, path: string): readonly StatusCause[] {
  const [kind, name, apiGroup] = ['kind', 'name', 'apiGroup'].map((member) => textAt(subject, '', member)) as [string, string, string];
  const causes: StatusCause[] = name === '' ? [required(`${path}.name`)] : [];
  if (kind === 'ServiceAccount') {
    if (name !== '') causes.push(...nameCauses('dns-subdomain', `${path}.name`, name));
    if (apiGroup !== '') causes.push(notSupported(`${path}.apiGroup`, apiGroup, ['']));
    if (!isNamespaced && textAt(subject, '', 'namespace') === '') causes.push(required(`${path}.namespace`));
  } else if (!SUBJECT_KINDS.includes(kind)) causes.push(notSupported(`${path}.kind`, kind, SUBJECT_KINDS));
  else if (apiGroup !== GROUP) causes.push(notSupported(`${path}.apiGroup`, apiGroup, [GROUP]));
  return causes;
}

function subjectsText(binding: KubeObject, kind: string): string {
  return itemsAt(binding, 'subjects')
    .filter((subject) => fieldOf(subject, 'kind') === kind)
    .map((subject) => (kind === 'ServiceAccount' ? `${textAt(subject, '', 'namespace')}/` : '') + textAt(subject, '', 'name'))
    .join(', ');
}
