import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ApiAccess } from '../../lab/control-plane/api.ts';
import { CONFIG_HASH } from '../../src/marks/names.ts';
import { type Answer, MERGE_PATCH, openCaller } from '../kit/caller.ts';

/** Calls that lockstep has to check, and their results. */
export interface Calls {
  readonly answers: readonly Answer[];
  /** For each call, whether the template then carried the mark of the configuration from just before. */
  readonly inStep: readonly boolean[];
}

const Marked = Type.Object({
  spec: Type.Object({
    template: Type.Object({
      metadata: Type.Object({ annotations: Type.Record(Type.String(), Type.String()) }),
    }),
  }),
});

/** Between the starts of two calls. */
const PACE_MS = 200;

/**
 * Edits the ConfigMap `app` and then scales or updates the Deployment `web`, in turn, at a steady pace. It
 * does so at least `count` times, and until `over` returns true.
 */
export async function callSteadily(
  access: ApiAccess,
  namespace: string,
  count: number,
  over: () => boolean,
): Promise<Calls> {
  const { call, close } = openCaller(access);
  const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
  const answers: Answer[] = [];
  const inStep: boolean[] = [];
  let last: string | undefined;
  const start = performance.now();
  for (let turn = 0; turn < count || !over(); turn += 1) {
    await call(
      'PATCH',
      `/api/v1/namespaces/${namespace}/configmaps/app`,
      { data: { a: `${turn}` } },
      MERGE_PATCH,
    );
    // An update removes the replicas that the scale before it added, so that each scale is a scale-up.
    const spec = { replicas: 1, template: { metadata: { annotations: { turn: `${turn}` } } } };
    answers.push(
      turn % 2 === 0
        ? await call('PATCH', `${deployment}/scale`, { spec: { replicas: 2 } }, MERGE_PATCH)
        : await call('PATCH', deployment, { spec }, MERGE_PATCH),
    );
    const { body } = await call('GET', deployment);
    const mark = Value.Check(Marked, body) ? body.spec.template.metadata.annotations[CONFIG_HASH] : undefined;
    inStep.push(mark !== undefined && mark !== last);
    last = mark;
    await sleep(Math.max(0, start + (turn + 1) * PACE_MS - performance.now()));
  }
  await close();
  return { answers, inStep };
}
