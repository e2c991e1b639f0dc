import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { eventMetrics } from '../../src/telemetry/event-metrics.ts';

test('Events are counted by what became of them', async () => {
  const registry = new Registry();
  const { countEvent } = eventMetrics([registry]);
  countEvent('recorded');
  countEvent('recorded');
  countEvent('dropped');
  const text = await registry.metrics();
  expect(text).toContain('lockstep_events_total{result="recorded"} 2');
  expect(text).toContain('lockstep_events_total{result="dropped"} 1');
});
