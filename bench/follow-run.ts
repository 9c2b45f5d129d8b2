// Waits for the end of a run on its event stream, so that nothing polls in measured time.
import type { Installation } from '../sim/installation.ts';

/** Resolves when the stream says that the run has ended, in whatever state. */
export async function followRun(installation: Installation, runId: string): Promise<void> {
  const abort = new AbortController();
  const response = await fetch(`${installation.url}/apis/v2beta1/runs/${runId}/events`, { signal: abort.signal });
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop()!;
    if (!events.some(isEndOfRun)) continue;
    abort.abort();
    return;
  }
}

function isEndOfRun(event: string): boolean {
  const [, name, data] = /^event: (run|snapshot)\ndata: (.*)$/.exec(event) ?? [];
  if (data === undefined) return false;
  const parsed = JSON.parse(data) as { state?: string; run?: { state?: string } };
  const state = name === 'run' ? parsed.state : parsed.run?.state;
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELED';
}
