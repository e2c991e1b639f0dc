import { expect, test } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';

/** The series of a new lockstep whose values are 0. */
async function zeros(metrics = createMetrics()): Promise<readonly string[]> {
  const text = await metrics.registry.metrics();
  return text.split('\n').flatMap((line) => /^(lockstep_\S+) 0$/.exec(line)?.[1] ?? []);
}

test('counters begin at 0, because Prometheus sees no increase in one that begins at 1', async () => {
  const series = await zeros();
  for (const each of [
    ...['started', 'complete', 'failed', 'overdue'].map((event) => `edit_rollouts_total{event="${event}"}`),
    ...['deleted', 'assigned', 'unreserved', 'foreign', 'observed', 'error'].map(
      (result) => `copies_swept_total{result="${result}"}`,
    ),
    ...['deleted', 'observed', 'error'].map((result) => `unblocked_pods_total{result="${result}"}`),
    ...['ok', 'error'].map((result) => `certificate_reloads_total{result="${result}"}`),
    ...['hit', 'miss'].map((result) => `digest_cache_total{result="${result}"}`),
    'certificate_steps_total{step="error"}',
    'edit_errors_total',
    'lease_errors_total',
  ])
    expect(series).toContain(`lockstep_${each}`);
});

test('counters of reviews and refusals that are expected begin at 0, and count on', async () => {
  const metrics = createMetrics();
  metrics.expectReviews([{ webhook: 'scale', decision: 'fail', reason: 'bug', mode: 'enforce' }]);
  metrics.expectRefusals(['CLIENT_UNTRUSTED']);
  const review =
    'lockstep_reviews_total{webhook="scale",decision="fail",reason="bug",mode="enforce",dry_run="false"}';
  expect(await zeros(metrics)).toContain(review);
  expect(await zeros(metrics)).toContain('lockstep_requests_refused_total{code="CLIENT_UNTRUSTED"}');
  const answered = { dryRun: false, warnings: 0, seconds: 1, traceId: undefined };
  metrics.observeReview({ webhook: 'scale', decision: 'fail', reason: 'bug', mode: 'enforce', ...answered });
  expect(await metrics.registry.metrics()).toContain(`${review} 1\n`);
});

test('a scraper that asks for OpenMetrics changes nothing for the others', async () => {
  const metrics = createMetrics();
  const counters = async () =>
    [...(await metrics.registry.metrics()).matchAll(/^(?:# TYPE )?(lockstep_\w+)/gm)].map(([, name]) => name);
  const before = await counters();
  expect(before).toContain('lockstep_edit_errors_total');
  for (const _ of [1, 2]) {
    expect(await metrics.exact.metrics()).toMatch(/^lockstep_edit_errors_total 0$/m);
    expect(await counters()).toEqual(before);
  }
});
