// How a Pod finds names: its own resolver settings and lines of /etc/hosts (validatePodDNSConfig and ValidateHostAliases in
// pkg/apis/core/validation of Kubernetes).
import type { Json, StatusCause } from '../../base/mod.ts';
import { invalid, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { ipAddressCauses } from '../ip-address.ts';
import { fieldOf } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';

const SERVER_COUNT_MAX = 3;
const SEARCH_COUNT_MAX = 32;
const SEARCH_CHARS_MAX = 2048;
const SEARCH = /^(?=.{1,253}$)[a-z0-9_](?:[-a-z0-9_]*[a-z0-9_])?(?:\.[a-z0-9_](?:[-a-z0-9_]*[a-z0-9_])?)*$/;

export function dnsCauses(spec: Json, path: string): readonly StatusCause[] {
  const config = fieldOf(spec, 'dnsConfig');
  const at = `${path}.dnsConfig`;
  const servers = itemsAt(config, 'nameservers').map(String);
  if (textAt(spec, '', 'dnsPolicy') === 'None') {
    if (config === undefined) return [required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (servers.length === 0) return [required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  return [
    ...(servers.length > SERVER_COUNT_MAX ? [invalid(`${at}.nameservers`, servers, `must not have more than ${SERVER_COUNT_MAX} nameservers`)] : []),
    ...servers.flatMap((server, index) => ipAddressCauses(server, `${at}.nameservers[${index}]`)),
    ...searchCauses(itemsAt(config, 'searches').map(String), `${at}.searches`),
    ...itemsAt(config, 'options').flatMap((option, index) => (textAt(option, '', 'name') === '' ? [required(`${at}.options[${index}]`, 'must not be empty')] : [])),
  ];
}

function searchCauses(searches: readonly string[], path: string): readonly StatusCause[] {
  return [
    ...(searches.length > SEARCH_COUNT_MAX ? [invalid(path, searches, `must not have more than ${SEARCH_COUNT_MAX} search paths`)] : []),
    ...(searches.join(' ').length > SEARCH_CHARS_MAX ? [invalid(path, searches, `must not have more than ${SEARCH_CHARS_MAX} characters (including spaces) in the search list`)] : []),
    ...searches.flatMap((search, index) => (search === '.' || SEARCH.test(search.replace(/\.$/, '')) ? [] : [invalid(`${path}[${index}]`, search, 'must be a DNS name of small letters, digits, "-", "_" and "."')])),
  ];
}

export function hostAliasCauses(aliases: readonly Json[], path: string): readonly StatusCause[] {
  return aliases.flatMap((alias, index) => [
    ...ipAddressCauses(textAt(alias, '', 'ip'), `${path}[${index}].ip`),
    ...itemsAt(alias, 'hostnames').flatMap((name, nameIndex) => nameCauses('dns-subdomain', `${path}[${index}].hostnames[${nameIndex}]`, String(name))),
  ]);
}
