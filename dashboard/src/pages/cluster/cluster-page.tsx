// The node and what runs on it, live: what it has, its interpreters and environments, Pods, claims and events.
import { useCluster } from '../../api/cluster.ts';
import type { ClusterFacts } from '../../api/messages.ts';
import { useSearch } from '../../frame/address.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Ago } from '../../ui/time.tsx';
import { ClaimList } from './claim-list.tsx';
import { EnvironmentList } from './environment-list.tsx';
import { EventList } from './event-list.tsx';
import { NodeOverview } from './node-overview.tsx';
import { PodList } from './pod-list.tsx';

export function ClusterPage() {
  const [{ tab = 'node' }, setSearch] = useSearch();
  const facts = useCluster();
  if (facts.data === undefined) {
    return (
      <>
        <PageHead title="Cluster" />
        {facts.isError ? <ErrorState title="The node could not be looked at" error={facts.error} onRetry={() => void facts.refetch()} /> : null}
      </>
    );
  }
  const cluster = facts.data;
  return (
    <>
      <PageHead title="Cluster" facts={<NodeFacts node={cluster.node} />} />
      <Tabs
        label="Parts of the cluster"
        isOfPage
        shown={tab}
        onShow={(next) => setSearch({ tab: next === 'node' ? undefined : next, pod: undefined, part: undefined })}
        tabs={[
          { id: 'node', title: 'Node', content: () => <NodeOverview cluster={cluster} /> },
          { id: 'pods', title: 'Pods', content: () => <PodList cluster={cluster} /> },
          { id: 'claims', title: 'Claims', content: () => <ClaimList measured={cluster.claims} /> },
          { id: 'events', title: 'Events', content: () => <EventList /> },
          { id: 'environments', title: 'Environments', content: () => <EnvironmentList environments={cluster.environments} /> },
        ]}
      />
    </>
  );
}

function NodeFacts({ node }: { readonly node: ClusterFacts['node'] }) {
  return (
    <>
      <span>{node.name}</span>
      <span>
        Slipway {node.slipway_version}, started <Ago at={node.started_at} />
      </span>
      <span>
        {node.runtime} on {node.platform}
      </span>
      <span>
        data in <code>{node.data_dir}</code>
      </span>
    </>
  );
}
