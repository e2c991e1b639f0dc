import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { CONFIG_HASH } from '../../src/marks/names.ts';
import { type Answer, type Caller, MERGE_PATCH } from '../kit/caller.ts';
import { kubectlLockstep } from '../kit/kubectl-lockstep.ts';
import { placeOf, type Stage } from './perform.ts';
import { performOnSource } from './perform-on-source.ts';

const asImpacts = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String() }),
        reason: Type.String(),
        occasions: Type.Array(Type.String()),
      }),
    ),
  }),
);
const asWorkload = Compile(
  Type.Object({
    spec: Type.Object({
      replicas: Type.Optional(Type.Integer()),
      template: Type.Object({
        metadata: Type.Optional(
          Type.Object({ annotations: Type.Optional(Type.Record(Type.String(), Type.String())) }),
        ),
      }),
    }),
  }),
);

const workloadIn = ({ status, body }: Answer) =>
  status === 200 && asWorkload.Check(body) ? body.spec : undefined;

const hashIn = (spec: ReturnType<typeof workloadIn>): string | undefined =>
  spec?.template.metadata?.annotations?.[CONFIG_HASH];

/**
 * At the end of a history: what `kubectl lockstep impact` foretells of an edit is what then rolls, whatever the history
 * has left behind. Each workload is scaled up, or updated if it has no scale.
 * @returns what was otherwise
 */
export async function unforetold(
  kubeconfig: string,
  call: Caller,
  stage: Stage,
  isDeleted: boolean,
): Promise<readonly string[]> {
  const { namespace } = stage;
  const how = isDeleted ? ['--delete'] : ['--key', 'used'];
  const args = ['impact', 'configmap/app', ...how, '-o', 'json', '-n', namespace];
  const { code, out, err } = await kubectlLockstep(kubeconfig, args);
  if (code !== 0) return [`impact ended with ${code}: ${err}`];
  const { items } = asImpacts.Parse(JSON.parse(out));
  const edit = isDeleted ? ({ do: 'remove' } as const) : ({ do: 'edit', key: 'used' } as const);
  await performOnSource(
    { ...edit, source: 'app' },
    call,
    `/api/v1/namespaces/${namespace}/configmaps`,
    'foretold',
  );
  const wrong: string[] = [];
  for (const name of ['web', 'api'] as const) {
    const { path, shape } = placeOf(stage, name);
    const before = workloadIn(await call('GET', path));
    if (!before) continue;
    const scales = shape.kind !== 'DaemonSet';
    if (scales)
      await call('PATCH', `${path}/scale`, { spec: { replicas: (before.replicas ?? 1) + 1 } }, MERGE_PATCH);
    else await call('PATCH', path, { metadata: { annotations: { foretold: 'now' } } }, MERGE_PATCH);
    const hasRolled = hashIn(workloadIn(await call('GET', path))) !== hashIn(before);
    const impact = items.find(({ metadata }) => metadata.name === name);
    const isForetold = impact?.occasions.includes(scales ? 'scale' : 'update') ?? false;
    if (hasRolled !== isForetold)
      wrong.push(
        `${name} (${shape.kind}) ${hasRolled ? 'rolls' : 'does not roll'}, and impact ${how.join(' ')} says ${JSON.stringify(impact)}`,
      );
  }
  return wrong;
}
