import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, renderMetrics } from './metrics.ts';

test('metrics are text that Prometheus reads', () => {
  const histogram = new Histogram([0.01, 0.1]);
  for (const value of [0.005, 0.01, 0.05, 3]) histogram.observe(value);
  const text = renderMetrics([
    { kind: 'gauge', name: 'slipway_pods', help: 'Pods.', samples: [{ value: 3 }] },
    { kind: 'counter', name: 'slipway_ends_total', help: 'A\\B\nC', samples: [{ labels: { state: 'FAILED', name: 'a"b\\c\nd' }, value: 1 }] },
    { kind: 'histogram', name: 'slipway_delay_seconds', help: 'Delay.', histogram },
    { kind: 'gauge', name: 'slipway_none', help: 'None.', samples: [] },
  ]);
  assert.equal(
    text,
    `# HELP slipway_pods Pods.
# TYPE slipway_pods gauge
slipway_pods 3
# HELP slipway_ends_total A\\\\B\\nC
# TYPE slipway_ends_total counter
slipway_ends_total{state="FAILED",name="a\\"b\\\\c\\nd"} 1
# HELP slipway_delay_seconds Delay.
# TYPE slipway_delay_seconds histogram
slipway_delay_seconds_bucket{le="0.01"} 2
slipway_delay_seconds_bucket{le="0.1"} 3
slipway_delay_seconds_bucket{le="+Inf"} 4
slipway_delay_seconds_sum 3.065
slipway_delay_seconds_count 4
# HELP slipway_none None.
# TYPE slipway_none gauge
`,
  );
});
