// The words that a task or a run gives as its reason. Programs may test them; the message beside them is for people.

export const REASONS = [
  // Not progress yet.
  'WaitingForUpstream',
  'WaitingForSlot',
  'WaitingForRetry',
  'WaitingForPod',
  'PodPostponed',
  'ObjectMissing',
  // Ends without running.
  'Cached',
  'ConditionFalse',
  'UpstreamFailed',
  'UpstreamSkipped',
  'UpstreamCanceled',
  'Terminated',
  // Failures that the engine finds itself; a step's own failure carries the reason that the node gave.
  'InvalidPipeline',
  'InvalidStep',
  'InputUnresolved',
  'ConditionInvalid',
  'IteratorInvalid',
  'TooManyTasks',
  'OutputMissing',
  'OutputInvalid',
  'PodRefused',
  'PodDeleted',
  'ResultMissing',
  'StepFailed',
  'Unsupported',
] as const;
export type Reason = (typeof REASONS)[number];
