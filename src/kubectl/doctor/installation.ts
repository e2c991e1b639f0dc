import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe } from '../../schema.ts';
import { type Finding, ok, problem, unknown, warning } from './finding.ts';

const asPods = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String() }),
        spec: Type.Object({ containers: Type.Array(Type.Object({ image: maybe(Type.String()) })) }),
        status: maybe(
          Type.Object({
            conditions: maybe(Type.Array(Type.Object({ type: Type.String(), status: Type.String() }))),
          }),
        ),
      }),
    ),
  }),
);

/**
 * The checks of lockstep's own pods: they are ready, and all of one version.
 * @param body the list of its pods
 */
export function replicasFindings(body: unknown, namespace: string): Finding[] {
  const check = 'lockstep runs';
  if (!asPods.Check(body)) return [unknown(check, 'the list of its pods is of an unknown shape')];
  const { items } = body;
  const mend = `kubectl --namespace ${namespace} get pods`;
  if (items.length === 0) return [problem(check, `it has no pod in namespace ${namespace}`, mend)];
  const ready = items.filter(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  const images = new Set(items.map(({ spec }) => spec.containers[0]?.image ?? ''));
  const count = `${ready.length} of ${items.length} replicas are ready`;
  return [
    ready.length === 0
      ? problem(check, count, mend)
      : ready.length < items.length
        ? warning(check, count, mend)
        : ok(check, count),
    images.size === 1
      ? ok('its replicas are of one version', [...images].join(', '))
      : warning(
          'its replicas are of one version',
          `they are not: ${[...images].join(', ')}`,
          `kubectl --namespace ${namespace} rollout status deployment`,
        ),
  ];
}
