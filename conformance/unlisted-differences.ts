// Differences that no list of known-differences holds, because the golden cases do not ask for them; found by reading upstream's source.

interface UnlistedDifference {
  readonly what: string;
  readonly cluster: string;
  readonly here: string;
}

export const UNLISTED_DIFFERENCES: readonly UnlistedDifference[] = [
  {
    what: 'A CustomResourceDefinition with a wrong type below `items` or `additionalProperties` of its schema',
    cluster: '400: it can not be decoded',
    here: '422 with the field, as for any other mistake in a schema. Nulls are decoded as in a cluster: a member that is left out, an empty schema in `properties`',
  },
  { what: '`Accept` of protobuf without JSON or YAML beside it', cluster: 'answers so', here: '406: answers are JSON or YAML' },
  { what: 'Where the Events of controllers and of the scheduler come from (`source`, `reportingComponent`)', cluster: 'the controller that writes them', here: '`slipway`' },
  {
    what: 'Pages behind `services/…/proxy` and `pods/…/proxy`',
    cluster: 'are pages of the API server: cookies go both ways, links in HTML are rewritten',
    here: 'have an origin of their own (`Content-Security-Policy: sandbox`), which the API refuses; cookies go neither way; only redirects are rewritten',
  },
  { what: 'A claim with a `dataSource` that is neither a claim nor a snapshot', cluster: 'loses it without a word', here: 'keeps it' },
  { what: '`nodes/…/proxy`', cluster: 'leads to the kubelet, or to another port of the node', here: 'health, Pods and usage, as a kubelet serves them; the rest is refused with a sentence, and no other port is reached' },
  { what: 'Items of a list of built-in kinds', cluster: 'do not say their `apiVersion` and `kind`', here: 'say them' },
  {
    what: 'A CronJob in a time zone that puts its clock forward at midnight (Cairo, Beirut, Havana, the Azores) or by half an hour (Lord Howe), on that day',
    cluster: 'may not strike, or on a day that its schedule does not name',
    here: 'strikes when its schedule says, as on all other days',
  },
  {
    what: 'A CronJob that missed strikes while nobody looked, of a schedule with pauses (`18-44 * * * *` at ten to the hour)',
    cluster: 'makes up for none: it looks for the last one a single distance of its first two before the present',
    here: 'makes up for the last one, within `startingDeadlineSeconds`',
  },
  {
    what: 'A Job with `backoffLimitPerIndex` and fewer Pods at a time than indexes, of which one waits for its next try',
    cluster: 'the indexes after it wait, too',
    here: 'the next index begins',
  },
  {
    what: 'A StatefulSet with `maxUnavailable` (in a cluster behind a feature gate) of which so many members do not work as may be missing',
    cluster: 'its update waits for them, also when it is what would mend them',
    here: 'those of the old revision are replaced first',
  },
  {
    what: 'A CronJob with `@every` and `startingDeadlineSeconds` that missed strikes',
    cluster: 'counts the interval from the deadline',
    here: 'counts it from the last strike, as without a deadline',
  },
  {
    what: 'Warnings about stored objects',
    cluster: 'also speak of spellings of addresses, of kinds of volumes and annotations that were given up, of paths in a volume that overlap, and of Services; of a label set on a workload they say nothing',
    here: 'names, variables, ports, fractions of bytes, old labels of nodes, secrets and selectors that say nothing; with every change of a workload',
  },
  {
    what: 'A server-side apply of a custom resource with a field that its schema does not know',
    cluster: '500: it is not declared in the schema',
    here: 'the field is pruned with a warning, as by other writes',
  },
  {
    what: 'A field of a custom resource that only the version written has, not the one that is stored',
    cluster: 'lost when it is stored',
    here: 'kept',
  },
  {
    what: 'A strategic merge patch of the `scale` of a custom resource',
    cluster: '415',
    here: 'taken, as of other kinds',
  },
  {
    what: 'The list that a `deletecollection` answers',
    cluster: 'objects as they were before',
    here: 'as they are afterwards: with `deletionTimestamp` where they stay for a while',
  },
  {
    what: 'A Pod with another `schedulerName`',
    cluster: 'waits for the scheduler of that name',
    here: 'is placed at once: every name is the one scheduler',
  },
  {
    what: 'A server-side apply to `scale` of a number of replicas that nobody owns',
    cluster: 'a conflict with `before-first-apply`, even for whoever made the object',
    here: 'taken',
  },
  {
    what: '`pods/resize` to more than its node has',
    cluster: 'since release 1.36 refused with 403',
    here: 'taken; the condition `PodResizePending` says `Infeasible`, as in release 1.35',
  },
  {
    what: '`pods/resize` of an init container that ends, or of `spec.resources`',
    cluster: 'since release 1.36 taken',
    here: 'refused, as in release 1.35',
  },
];
