import { beforeAll, describe, expect, test } from 'vitest';
import { ApiError } from '../../lab/control-plane/api.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { parseList } from '../../lab/control-plane/objects.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { type Prometheus, startPrometheus } from '../../lab/prometheus/prometheus.ts';
import { hasPrometheus } from '../../lab/prometheus/promtool.ts';
import { COPY_LABEL } from '../../src/marks/names.ts';
import { VERSION } from '../../src/version.ts';
import { dashboard, panelsOf } from '../kit/chart/dashboard.ts';
import { rounded, type Shown, shownBy } from '../kit/chart/shown.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { play, reloads } from './dashboard-story.ts';
import { SETTLE_FLAG } from './edit-acts.ts';

const lockstep = useLockstep({
  flags: [
    '--edit=on',
    SETTLE_FLAG,
    '--edit-rest=0s',
    '--edit-patience=3s',
    '--pin=on',
    '--pin-grace=1s',
    '--lease=lockstep/lockstep',
  ],
  values: { 'edit.enabled': 'true', 'pin.enabled': 'true' },
});

/** What the Prometheus Operator adds to the series of a pod. */
const LABELS = { namespace: 'lockstep', job: 'lockstep', pod: 'lockstep-0' };

/** All of the story is in these two minutes. */
const SECONDS = 120;
const VARIABLES = {
  namespace: LABELS.namespace,
  job: LABELS.job,
  __rate_interval: `${SECONDS}s`,
  __range: `${SECONDS}s`,
};

const POD = LABELS.pod;
/** What lockstep itself has counted during the story, where that is not always the same. */
const own = { reloads: 0, lists: 0 };
const countOwn = async () => ({
  reloads: await reloads(lockstep()),
  lists: await lockstep().program().metric('lockstep_api_requests_total', LISTS),
});
const LISTS = { verb: 'list', resource: 'replicasets' };

const exactly = (expected: Shown) => (shown: Shown) => expect(shown).toEqual(expected);
const counts = (expected: Shown) => (shown: Shown) => expect(rounded(shown)).toEqual(expected);
const perSecond = (expected: Shown) => (shown: Shown) =>
  expect(rounded(shown, SECONDS)).toMatchObject(expected);
/** These series, each between these values. */
const within = (names: readonly string[], least: number, most: number) => (shown: Shown) => {
  for (const name of names) {
    expect(shown[name], name).toBeGreaterThan(least);
    expect(shown[name], name).toBeLessThan(most);
  }
};

/** What each panel shows after the story, by its title. */
const PANELS: Readonly<Record<string, (shown: Shown) => void>> = {
  'Replicas up': exactly({ replicas: 1 }),
  Versions: exactly({ [VERSION]: 1 }),
  Leader: exactly({ [LABELS.pod]: 1 }),
  Rolls: counts({ rolls: 3 }),
  'Not checked': counts({ 'not checked': 1 }),
  'Certificate ends in': within(['first'], 86_000, 86_400),
  'Rolls by cause': counts({ 'scale: drifted': 1, edit: 2 }),
  'Rollouts after edits': counts({ started: 2, complete: 1, failed: 1 }),
  'Workloads by state': exactly({
    'in-step': 3,
    waiting: 1,
    ...{ drifted: 0, held: 0, 'not-recorded': 0, 'not-managed': 0, unknown: 0 },
  }),
  'Longest drift': exactly({ Deployment: 0, StatefulSet: 0, DaemonSet: 0 }),
  'Decisions and reasons': (shown) =>
    expect(shown).toMatchObject({
      'template write created enforce dry_run=false': 4,
      'template fail workload_too_large enforce dry_run=false': 1,
      'scale write drifted enforce dry_run=false': 1,
    }),
  'Reviews by webhook': perSecond({ template: 5 }),
  'Review latency': (shown) => {
    within(['p50', 'p90', 'p99'], 0, 5)(shown);
    expect(Object.values(shown)).toEqual(Object.values(shown).toSorted((a, b) => a - b));
  },
  'Reviews not checked': counts({ 'template: fail, workload_too_large': 1 }),
  'Workloads on their way after an edit': exactly({ settling: 0, waiting: 0, stopped: 1, rolling: 0 }),
  'Errors of the work in the background': exactly({ edits: 0, sweep: 0, lease: 0, unblock: 0 }),
  'API calls': (shown) =>
    expect(Math.abs((shown['list replicasets'] ?? 0) * SECONDS - own.lists)).toBeLessThan(1),
  'API latency': within(['get configmaps', 'patch deployments', 'get namespaces'], 0, 5),
  'API errors': exactly({}),
  'Digests from memory': within(['hits'], 0, 1),
  'Refused requests (errors)': exactly({}),
  'Copies swept': counts({ deleted: 1 }),
  'Certificate ends in, by replica': within([POD], 86_000, 86_400),
  'Certificates taken into use': (shown) => expect(rounded(shown)).toEqual({ 'reload: ok': own.reloads }),
  'Clock offset': within([POD], -5, 5),
  Memory: within([POD], 30e6, 512e6),
  CPU: within([POD], 0, 2),
  'Event loop lag': within([POD], 0, 1),
};

const { panels, titles } = await dashboard().then((read) => ({
  panels: panelsOf(read),
  titles: panelsOf(read).map(({ title }) => title),
}));

/** Deletes the copies that earlier files have left, or their sweep would be a part of the story. */
async function removeCopies(): Promise<void> {
  const { api } = lockstep().cluster;
  for (const resource of ['configmaps', 'secrets']) {
    const { items } = parseList(await api.get(`/api/v1/${resource}?labelSelector=${COPY_LABEL}`));
    for (const { metadata } of items) {
      const path = `/api/v1/namespaces/${metadata.namespace}/${resource}/${metadata.name}`;
      // The garbage collector deletes them, too.
      await api.open(path, { method: 'DELETE' }).then(
        (answer) => answer.dump(),
        (error: unknown) => {
          if (!(error instanceof ApiError && error.status === 404)) throw error;
        },
      );
    }
  }
}

describe.skipIf(!(await hasPrometheus()))('the dashboard, after a short story', () => {
  let prometheus: Prometheus;

  beforeAll(async () => {
    await removeCopies();
    // Prometheus sees no increase in a counter that begins at 1. Of what is not rare, there was one before.
    await (await lockstep().sandbox()).apply(configMap({ a: '1' }), web({ replicas: 0 }));
    const address = `127.0.0.1:${lockstep().program().adminPort}`;
    prometheus = await startPrometheus([{ address, labels: LABELS }]);
    // Of an expression, `timestamp` would be the present time.
    const scraped = async () =>
      (await prometheus.query('timestamp(lockstep_edit_errors_total)'))[0]?.value ?? 0;
    await eventually(async () => (await scraped()) > 0, { what: 'the first scrape' });
    const before = await countOwn();
    await play(lockstep());
    const after = await countOwn();
    own.reloads = after.reloads - before.reloads;
    own.lists = after.lists - before.lists;
    const over = Date.now() / 1000;
    await eventually(async () => (await scraped()) > over, { what: 'a scrape after the story' });
    return () => prometheus[Symbol.asyncDispose]();
  });

  test('has an expectation for each of its panels', () => {
    expect(titles.toSorted()).toEqual(Object.keys(PANELS).toSorted());
  });

  test.each(panels.map((panel) => [panel.title, panel] as const))('shows %s', async (title, panel) => {
    const shown = await shownBy(prometheus, panel, VARIABLES);

    if (!/errors/i.test(title)) expect(shown).not.toEqual({});
    PANELS[title]?.(shown);
  });

  test('offers the namespaces and the jobs that have a lockstep', async () => {
    const series = await prometheus.query('lockstep_build_info');
    expect(series.map(({ labels }) => [labels['namespace'], labels['job']])).toEqual([
      [LABELS.namespace, LABELS.job],
    ]);
  });
});
