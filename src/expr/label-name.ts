// The three alphabets of Kubernetes names that selectors and validation share.

const LABEL_VALUE_LENGTH_MAX = 63;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const DNS_LABEL_LENGTH_MAX = 63;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN_LENGTH_MAX = 253;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** RFC 1123 label: container names, namespaces, volumes. */
export function isDnsLabel(text: string): boolean {
  return text.length <= DNS_LABEL_LENGTH_MAX && DNS_LABEL.test(text);
}

/** RFC 1123 subdomain: names of most objects. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= DNS_SUBDOMAIN_LENGTH_MAX && DNS_SUBDOMAIN.test(text);
}

export function isLabelValue(text: string): boolean {
  return text.length <= LABEL_VALUE_LENGTH_MAX && LABEL_VALUE.test(text);
}

/** A label or annotation key: `name` or `prefix.example.com/name`. */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (slash >= 0 && !isDnsSubdomain(text.slice(0, slash))) return false;
  return name !== '' && isLabelValue(name);
}
