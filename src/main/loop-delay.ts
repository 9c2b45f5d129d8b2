// How late the event loop is: a timer that ought to fire every 20 ms says by how much it missed.
import { Histogram, type Metric } from '../base/mod.ts';
import type { Part } from '../control/mod.ts';

const PERIOD_MS = 20;
const BOUNDARIES_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

export function createLoopDelay(): Part & { readonly metrics: () => readonly Metric[] } {
  const histogram = new Histogram(BOUNDARIES_S);
  let timer: NodeJS.Timeout | undefined;
  let lastMs = 0;
  const look = () => {
    const nowMs = performance.now();
    histogram.observe(Math.max(0, nowMs - lastMs - PERIOD_MS) / 1000);
    lastMs = nowMs;
  };
  return {
    name: 'loop delay',
    start() {
      lastMs = performance.now();
      timer = setInterval(look, PERIOD_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
    metrics: () => [{ kind: 'histogram', name: 'slipway_loop_delay_seconds', help: 'How late timers of the event loop fire.', histogram }],
  };
}
