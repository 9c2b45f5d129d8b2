// Steps that wait for somebody who wants to look into them (`set_debug_pause` of the SDK): before their program, after it, or after
// it only when it failed. The SDK asks for that with variables of Argo's executor; as there, a file lets the step go on.
import { STEP_CONTAINER } from '../../api/mod.ts';
import type { JsonObject } from '../../base/mod.ts';
import type { Resolved } from '../plan/inputs.ts';
import type { StepSettings } from './task-config.ts';

const VOLUME_NAME = 'debug-pause';
const MOUNT_PATH = '/var/run/argo';
/** Where Argo looks for the files `before` and `after`. */
const MARKS_DIRECTORY = `${MOUNT_PATH}/ctr/${STEP_CONTAINER}`;

const VOLUME: JsonObject = { name: VOLUME_NAME, emptyDir: {} };
const MOUNT: JsonObject = { name: VOLUME_NAME, mountPath: MOUNT_PATH };

/** The same settings for a step that does not pause. Not ok, with a sentence, when it can not. */
export function withDebugPause(settings: StepSettings): Resolved<StepSettings> {
  const { container, extras } = settings;
  const isAsked = (moment: string): boolean => container.env.some(({ name, value }) => name === `ARGO_DEBUG_PAUSE_${moment}` && value === 'true');
  const script = pausingScript({ before: isAsked('BEFORE'), after: isAsked('AFTER'), onError: isAsked('ON_ERROR') });
  if (script === undefined) return { ok: true, value: settings };
  if (container.command.length === 0) {
    return { ok: false, message: 'the step is to pause (set_debug_pause), but has no command of its own: only its image knows what it runs' };
  }
  return {
    ok: true,
    value: {
      container: { ...container, command: ['sh', '-c', script, MARKS_DIRECTORY, ...container.command] },
      extras: { ...extras, volumes: [...extras.volumes, VOLUME], volumeMounts: [...extras.volumeMounts, MOUNT] },
    },
  };
}

/**
 * Runs its arguments, and waits for files in the directory that is its name; undefined when it would wait for none. The lines that say so
 * come first: the last ones of a step that fails tell why it did. A signal to stop is passed on to what the shell waits for.
 */
function pausingScript({ before, after, onError }: { readonly before: boolean; readonly after: boolean; readonly onError: boolean }): string | undefined {
  if (!before && !after && !onError) return undefined;
  const say = (when: string, mark: string) => `echo "This step pauses ${when} its program until there is a file $0/${mark}"`;
  return [
    'mkdir -p "$0"',
    `trap 'kill -TERM "$pid"; wait "$pid"; exit 143' TERM`,
    'pause() { while [ ! -e "$0/$1" ]; do sleep 1 & pid=$!; wait "$pid"; done; }',
    ...(after ? [say('after', 'after')] : onError ? [say('after a failure of', 'after')] : []),
    ...(before ? [say('before', 'before'), 'pause before'] : []),
    '"$@" & pid=$!; wait "$pid"; code=$?',
    ...(after ? ['pause after'] : onError ? ['[ "$code" = 0 ] || pause after'] : []),
    'exit "$code"',
  ].join('\n');
}
