// What the list of recurring runs and the page of one say alike.
import { usePipelineName } from '../../api/pipelines.ts';
import type { RecurringRunMessage } from '../../api/messages.ts';
import { useNowMs } from '../../frame/now.ts';
import { timeMs } from '../../frame/time-text.ts';
import { irOf } from '../../graph/ir.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../ui/link.tsx';
import { Moment } from '../../ui/time.tsx';

/** A strike that is later than this waits for something. */
const LATE_MS = 5_000;

export function NextRun({ row: { status, next_run_at: at } }: { readonly row: RecurringRunMessage }) {
  const ms = timeMs(at);
  const nowMs = useNowMs(ms !== undefined);
  if (status !== 'ENABLED') return <>disabled</>;
  if (ms === undefined) return <>none any more</>;
  if (nowMs - ms < LATE_MS) return <Moment at={at} />;
  return (
    <span title="It waits while as many of its runs go on as may">
      due since <Moment at={at} />
    </span>
  );
}

/** The version where one is named; each run has the newest otherwise. */
export function PipelineOf({ row: { pipeline_spec: spec, pipeline_version_reference: reference } }: { readonly row: RecurringRunMessage }) {
  const { pipeline_id: pipelineId = '', pipeline_version_id: versionId } = reference ?? {};
  const name = usePipelineName(pipelineId);
  if (pipelineId === '') return <>{spec === undefined ? '' : irOf(spec).pipelineInfo?.name}</>;
  return <Link to={versionId === undefined ? paths.pipeline(pipelineId) : paths.pipelineVersion(pipelineId, versionId)}>{name ?? pipelineId}</Link>;
}
