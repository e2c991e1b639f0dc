import { create } from './large-cluster.ts';
import { percentile, type Times, timeCall } from './measure.ts';
import type { Stage } from './stage.ts';
import type { Comparison } from './verdicts.ts';

/** What a user waits for, beside the call itself. All calls are dry runs, so nothing rolls. */

const ROUNDS = 150;
const WARM_UP = 30;

/** The webhook that reviews the calls of a namespace, by the value of its label `bench`. */
const REVIEWERS = ['none', 'empty', 'one-get', 'both', 'lockstep'] as const;
type Reviewer = (typeof REVIEWERS)[number];

const PATHS = { empty: '/empty', 'one-get': '/gets/1', both: '/workload-and-get' } as const;

const RULES = [
  { resources: ['deployments', 'deployments/scale'], apiGroups: ['apps'], apiVersions: ['v1'] },
].map((rule) => ({ ...rule, operations: ['UPDATE'] }));

/** Registers the bare webhooks. */
async function register({ cluster, floor, ca }: Stage): Promise<void> {
  const webhooks = Object.entries(PATHS).map(([reviewer, path]) => ({
    name: `${reviewer}.bench.example.com`,
    clientConfig: { url: `${floor.origin}${path}`, caBundle: Buffer.from(ca).toString('base64') },
    rules: RULES,
    namespaceSelector: { matchLabels: { bench: reviewer } },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
  }));
  const body = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'bench' },
    webhooks,
  };
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  await create(cluster.api, path, body);
}

async function makeNamespace({ cluster: { api } }: Stage, reviewer: Reviewer): Promise<void> {
  const isOurs = reviewer === 'lockstep';
  const labels = { bench: reviewer, ...(!isOurs && { 'lockstep.dev/inject': 'disabled' }) };
  const name = `bench-${reviewer}`;
  await create(api, '/api/v1/namespaces', { metadata: { name, labels } });
  await create(api, `/api/v1/namespaces/${name}/configmaps`, {
    metadata: { name: 'web-0' },
    data: { a: '1' },
  });
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'web-0' } }] }] },
  };
  const spec = { replicas: 1, selector: { matchLabels: { app: 'web' } }, template };
  await create(api, `/apis/apps/v1/namespaces/${name}/deployments`, { metadata: { name: 'web' }, spec });
}

/** The two calls that people make most. */
const CALLS = {
  label: { path: '', body: (i: number) => ({ metadata: { labels: { round: `r${i}` } } }) },
  'scale-up': { path: '/scale', body: (i: number) => ({ spec: { replicas: 2 + (i % 50) } }) },
} as const;

/** How long each call takes with each reviewer, in turns. */
async function timesOf({ cluster: { api } }: Stage): Promise<Times> {
  const [times, warmUp]: [Times, Times] = [new Map(), new Map()];
  for (let i = -WARM_UP; i < ROUNDS; i += 1)
    for (const [what, { path, body }] of Object.entries(CALLS))
      for (const reviewer of REVIEWERS)
        await timeCall(i < 0 ? warmUp : times, `${what} ${reviewer}`, async () => {
          const of = `/apis/apps/v1/namespaces/bench-${reviewer}/deployments/web${path}?dryRun=All`;
          const options = { method: 'PATCH', contentType: 'application/merge-patch+json' } as const;
          await api.send(of, { ...options, body: body(Math.abs(i)) });
        });
  return times;
}

/** What lockstep adds to a call, beside what a bare webhook with one GET adds. */
export async function compareThroughApi(
  stage: Stage,
): Promise<{ times: Times; comparisons: readonly Comparison[] }> {
  await register(stage);
  for (const reviewer of REVIEWERS) await makeNamespace(stage, reviewer);
  const times = await timesOf(stage);
  const added = (what: string, reviewer: Reviewer) => {
    const median = (of: Reviewer) => percentile(times.get(`${what} ${of}`) ?? [], 0.5);
    return median(reviewer) - median('none');
  };
  const compare = (what: string, floor: string, reviewer: Reviewer, budget?: number) => ({
    what: `added to a ${what}, through the API server: p50, against ${floor}`,
    measured: added(what, 'lockstep'),
    floor: added(what, reviewer),
    unit: 'ms',
    budget,
  });
  const comparisons = [
    compare('label', 'one GET', 'one-get', 1.2),
    compare('scale-up', 'one GET', 'one-get', 1.2),
    compare('scale-up', 'its Deployment and one GET at once', 'both'),
  ];
  return { times, comparisons };
}
