import { describe, expect, test } from 'vitest';
import { type AdmitOptions, admit } from '../../src/admission/admit.ts';
import { cap, deny, fail, leave, type Outcome, pin } from '../../src/admission/outcome.ts';
import { LockstepError, messageOf } from '../../src/errors.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const about = {
  webhook: 'template',
  uid: 'u1',
  user: 'jane@example.com',
  namespace: 'shop',
  subject: 'deployment/web',
  dryRun: false,
};
const WRITTEN: Outcome = {
  decision: 'write',
  reason: 'drifted',
  warnings: ['w'],
  patch: [],
  configHash: 'v1-x',
  summary: 'rolled deployment/web: configmap/app changed',
};

/** The answer to one review, with its log lines and the counted reviews. */
async function admitOnce(
  review: (signal: AbortSignal) => Promise<Outcome>,
  options: Partial<AdmitOptions> = {},
  deadlineMs = 30_000,
) {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const metrics = createMetrics();
  const deps = { telemetry: { log, metrics, reasonOf: messageOf }, deadlineMs };
  const answer = await admit(
    deps,
    {
      about,
      onError: 'allow',
      mode: 'enforce',
      timeout: undefined,
      arrivedMs: performance.now(),
      ...options,
    },
    review,
  );
  const text = await metrics.registry.metrics();
  const counted = text.split('\n').filter((line) => line.startsWith('lockstep_reviews_total{'));
  return { ...answer.response, lines: lines.map((line): unknown => JSON.parse(line)), counted };
}
const never = () => new Promise<never>(() => undefined);

describe('a review', () => {
  test('where lockstep only observes changes and refuses nothing, and says so everywhere', async () => {
    const denied = deny('api_unreachable', { code: 503, reason: 'ServiceUnavailable', message: 'no' });
    const reviews = [async () => WRITTEN, async () => denied, async () => leave('in-step')];
    for (const review of reviews) {
      const answer = await admitOnce(review, { mode: 'observe', onError: 'allow' });
      expect(answer).toMatchObject({ allowed: true, auditAnnotations: { mode: 'observe' } });
      expect(answer.patch).toBeUndefined();
      expect(answer.counted[0]).toContain('mode="observe"');
    }
    const { lines, warnings } = await admitOnce(async () => WRITTEN, { mode: 'observe' });
    expect(warnings).toEqual(['lockstep observes: w']);
    expect(lines).toMatchObject([
      { mode: 'observe', msg: 'would have rolled deployment/web: configmap/app changed' },
    ]);
    // The path said something else, and the namespace itself was looked at.
    const looked = await admitOnce(async () => ({ ...WRITTEN, observed: true }));
    expect(looked.patch).toBeUndefined();
    expect(looked.counted[0]).toContain('mode="observe"');
  });

  test('is answered with its uid, logged with its result, and counted', async () => {
    const { uid, allowed, warnings, lines, counted } = await admitOnce(async () => WRITTEN);
    expect({ uid, allowed, warnings }).toEqual({ uid: 'u1', allowed: true, warnings: ['lockstep: w'] });
    expect(lines).toEqual([
      expect.objectContaining({
        ...about,
        level: 'info',
        decision: 'write',
        reason: 'drifted',
        configHash: 'v1-x',
        msg: 'rolled deployment/web: configmap/app changed',
      }),
    ]);
    expect(counted).toEqual([
      'lockstep_reviews_total{webhook="template",decision="write",reason="drifted",mode="enforce",dry_run="false"} 1',
    ]);
  });

  test.each<[Outcome, string, string]>([
    [leave('in-step'), 'debug', 'left deployment/web as it is: in-step'],
    [pin('pinned', []), 'debug', 'pointed deployment/web at its copies'],
    [
      pin('uncovered', [], ['w']),
      'info',
      'pointed deployment/web at its copies, except for what they do not hold',
    ],
    [fail('copy_lost', ['w']), 'warn', 'left deployment/web on live configuration'],
    [cap([]), 'info', 'capped deployment/web: its configuration is not the current one'],
    [{ ...WRITTEN, decision: 'record', reason: 'adopted', summary: 's' }, 'info', 's'],
  ])('has a log line: $decision', async (outcome, level, msg) => {
    const { lines } = await admitOnce(async () => outcome);
    expect(lines).toEqual([expect.objectContaining({ level, msg, reason: outcome.reason })]);
  });
});

describe('the log', () => {
  test('says who asked, for whatever the decision is, and no metric does', async () => {
    const refused = () => Promise.reject(new LockstepError('API_REFUSED', 'the API server answered 403'));
    const reviews = [async () => WRITTEN, async () => leave('in-step'), async () => cap([]), refused];
    for (const review of reviews) {
      const { lines, counted } = await admitOnce(review);
      expect(lines).toEqual([expect.objectContaining({ user: 'jane@example.com', uid: 'u1' })]);
      expect(counted.join()).not.toContain('jane');
    }
  });

  test('says why a pod reads live configuration', async () => {
    const { lines } = await admitOnce(async () => fail('copy_lost', ['a', 'b']));
    expect(lines).toEqual([expect.objectContaining({ err: 'a; b', decision: 'fail' })]);
  });

  test('has no uid of any length, though the answer has it whole', async () => {
    const uid = 'u'.repeat(1_000);
    const { lines, ...response } = await admitOnce(async () => WRITTEN, { about: { ...about, uid } });
    expect(response.uid).toBe(uid);
    expect(lines).toEqual([expect.objectContaining({ uid: `${'u'.repeat(63)}…` })]);
  });
});

describe('a review that cannot be decided', () => {
  const refused = () => Promise.reject(new LockstepError('API_REFUSED', 'the API server answered 403'));

  test('goes through with a warning and one log line', async () => {
    const { allowed, warnings, lines, counted } = await admitOnce(refused);
    expect(allowed).toBe(true);
    expect(warnings).toEqual(['lockstep: deployment/web was not checked: the API server answered 403']);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'did not check deployment/web',
        reason: 'api_refused',
        err: 'the API server answered 403',
      }),
    ]);
    expect(counted).toEqual([
      'lockstep_reviews_total{webhook="template",decision="fail",reason="api_refused",mode="enforce",dry_run="false"} 1',
    ]);
  });

  test('is refused if errors have to refuse calls', async () => {
    const { allowed, status, lines } = await admitOnce(refused, { onError: 'deny' });
    expect([allowed, status?.code]).toEqual([false, 503]);
    expect(lines).toEqual([
      expect.objectContaining({ decision: 'deny', msg: 'denied deployment/web: did not check it' }),
    ]);
  });

  test('is let through with a warning if this reason may not deny it', async () => {
    const mayDeny = (reason: string) => reason !== 'api_refused';
    const { allowed, warnings } = await admitOnce(refused, { onError: 'deny', mayDeny });
    expect([allowed, warnings]).toEqual([true, [expect.stringContaining('403')]]);
    const late = () => Promise.reject(new LockstepError('DEADLINE_EXCEEDED', 'x'));
    expect((await admitOnce(late, { onError: 'deny', mayDeny })).allowed).toBe(false);
  });

  test('because of a bug is logged with kind and place, without the message of the error', async () => {
    const { lines, warnings } = await admitOnce(() => Promise.reject(new TypeError('s3cret')));
    expect(lines).toMatchObject([
      { level: 'error', reason: 'bug', err: expect.stringMatching(/^TypeError\n +at /) },
    ]);
    expect(JSON.stringify([lines, warnings])).not.toContain('s3cret');
  });

  test('in time is answered after its deadline, or after the API server’s timeout if that is shorter', async () => {
    const [ours, theirs] = await Promise.all([
      admitOnce(never, {}, 20),
      admitOnce(never, { timeout: '220ms' }, 60_000),
    ]);
    const within = (ms: number) =>
      `lockstep: deployment/web was not checked: the API server did not answer within ${ms} ms`;
    expect(ours.warnings).toEqual([within(20)]);
    expect(theirs.warnings).toEqual([within(20)]);
  });

  test('aborts what it has begun when something else has failed', async () => {
    const seen: AbortSignal[] = [];
    await admitOnce((signal) => {
      seen.push(signal);
      return refused();
    });
    expect(seen.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('aborts its reads when its time is over', async () => {
    const seen: AbortSignal[] = [];
    await admitOnce(
      (signal) => {
        seen.push(signal);
        return never();
      },
      {},
      20,
    );
    expect(seen.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
