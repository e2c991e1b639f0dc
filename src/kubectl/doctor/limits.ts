import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { segment } from '../../api/path.ts';
import { maybe, StringMap } from '../../schema.ts';
import type { Session } from '../session.ts';
import { REFUSED, readOr } from './ask-api.ts';
import { type Finding, info, listed, unknown, warning } from './finding.ts';

const Named = Type.Object({ name: Type.String() });
const asQuotas = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Named,
        status: maybe(Type.Object({ hard: maybe(StringMap), used: maybe(StringMap) })),
      }),
    ),
  }),
);
const asNames = Compile(Type.Object({ items: Type.Array(Type.Object({ metadata: Named })) }));

/** The suffixes of quantities (apimachinery: resource.Quantity). */
const FACTORS: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** Undefined: it is no quantity. */
function quantity(text: string | undefined): number | undefined {
  const [, digits, suffix = ''] = /^([0-9.]+(?:[eE][0-9]+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(text ?? '') ?? [];
  const factor = FACTORS[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** What of a quota is used up. Only what pods take counts: a rollout makes no other objects. */
const usedUp = (hard: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>): string[] =>
  Object.keys(hard)
    .filter((name) => /^(pods|count\/pods|cpu|memory|(requests|limits)\.(cpu|memory))$/.test(name))
    .filter((name) => (quantity(used[name]) ?? -1) >= (quantity(hard[name]) ?? Number.POSITIVE_INFINITY));

function quotaFindings(namespace: string, body: unknown): Finding[] {
  const check = `quotas of namespace ${namespace} leave room for a rollout`;
  if (!asQuotas.Check(body)) return [unknown(check, 'the list of quotas is of an unknown shape')];
  return body.items.flatMap(({ metadata, status }) => {
    const full = usedUp(status?.hard ?? {}, status?.used ?? {});
    if (full.length === 0) return [];
    const mend = `kubectl --namespace ${namespace} describe resourcequota ${metadata.name}`;
    return [warning(check, `resourcequota/${metadata.name} is used up: ${listed(full)}`, mend)];
  });
}

/** ResourceQuotas that stand in the way of new pods, and LimitRanges, which change or refuse them. */
export async function limitFindings(session: Session): Promise<readonly Finding[]> {
  const { namespace } = session;
  const folder = `/api/v1/namespaces/${segment(namespace)}`;
  const [quotas, ranges] = await Promise.all([
    readOr(session, `${folder}/resourcequotas`, 'resourcequotas'),
    readOr(session, `${folder}/limitranges`, 'limitranges'),
  ]);
  const names = ranges && ranges !== REFUSED && asNames.Check(ranges.body) ? ranges.body.items : [];
  return [
    ...(quotas && quotas !== REFUSED ? quotaFindings(namespace, quotas.body) : []),
    ...(names.length > 0
      ? [
          info(
            `limits of namespace ${namespace} may change or refuse pods`,
            listed(names.map(({ metadata }) => `limitrange/${metadata.name}`)),
          ),
        ]
      : []),
  ];
}
