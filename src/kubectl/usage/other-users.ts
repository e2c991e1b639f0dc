import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { valueAt } from '../../workloads/fields.ts';
import { type Listing, listObjects } from '../listing.ts';
import type { Session } from '../session.ts';
import { podUses, secretsAt, secretUses, type Use } from './user.ts';

const hasMeta = Compile(
  Type.Object({
    metadata: Type.Object({
      name: Type.String(),
      namespace: Type.String(),
      ownerReferences: Type.Optional(
        Type.Array(Type.Object({ kind: Type.String(), controller: Type.Optional(Type.Boolean()) })),
      ),
    }),
  }),
);

/** An object that may use sources: how it is listed, and what it uses. */
interface UserKind extends Omit<Listing, 'namespace'> {
  /** `cronjob` */
  readonly word: string;
  /** The kinds of controller whose own template is looked at instead. */
  readonly notOf?: readonly string[];
  isOver?(item: unknown): boolean;
  uses(item: unknown, namespace: string, by: string): readonly Use[] | undefined;
}

const tlsNames = (item: unknown): readonly string[] => {
  const tls = valueAt(item, ['spec', 'tls']);
  return (Array.isArray(tls) ? tls : []).flatMap((each: unknown) => {
    const name = valueAt(each, ['secretName']);
    return typeof name === 'string' && name !== '' ? [name] : [];
  });
};

/** Who may use sources beside the workloads that lockstep acts on. */
const USER_KINDS: readonly UserKind[] = [
  {
    word: 'cronjob',
    api: 'apis/batch/v1',
    resource: 'cronjobs',
    uses: (item, namespace, by) =>
      podUses(valueAt(item, ['spec', 'jobTemplate', 'spec', 'template']), namespace, by),
  },
  {
    word: 'job',
    api: 'apis/batch/v1',
    resource: 'jobs',
    notOf: ['CronJob'],
    isOver: (item) => valueAt(item, ['status', 'completionTime']) !== undefined,
    uses: (item, namespace, by) => podUses(valueAt(item, ['spec', 'template']), namespace, by),
  },
  {
    word: 'pod',
    api: 'api/v1',
    resource: 'pods',
    notOf: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
    isOver: (item) => ['Succeeded', 'Failed'].includes(String(valueAt(item, ['status', 'phase']))),
    uses: podUses,
  },
  {
    word: 'serviceaccount',
    api: 'api/v1',
    resource: 'serviceaccounts',
    uses: (item, namespace, by) => [
      ...secretsAt(item, namespace, by, ['imagePullSecrets']),
      ...secretsAt(item, namespace, by, ['secrets']),
    ],
  },
  {
    word: 'ingress',
    api: 'apis/networking.k8s.io/v1',
    resource: 'ingresses',
    uses: (item, namespace, by) => secretUses(namespace, by, tlsNames(item), 'spec.tls'),
  },
];

function usesIn({ word, notOf = [], isOver, uses }: UserKind, item: unknown): readonly Use[] {
  if (!hasMeta.Check(item) || isOver?.(item)) return [];
  const { name, namespace, ownerReferences = [] } = item.metadata;
  const controller = ownerReferences.find((owner) => owner.controller);
  if (controller && notOf.includes(controller.kind)) return [];
  return uses(item, namespace, `${word}/${name}`) ?? [];
}

/** What everybody else uses, in a list for each kind. */
export async function readOtherUses(
  session: Pick<Session, 'client' | 'signal'>,
  namespace: string | undefined,
): Promise<{ readonly uses: readonly Use[]; readonly notes: readonly string[] }> {
  const found = await Promise.all(
    USER_KINDS.map(async (kind) => ({
      kind,
      uses: await listObjects(session, { ...kind, namespace, mayBeAbsent: true }, (item) =>
        usesIn(kind, item),
      ),
    })),
  );
  const refused = found.filter(({ uses }) => uses === undefined).map(({ kind }) => kind.resource);
  return {
    uses: found.flatMap(({ uses }) => uses ?? []),
    notes:
      refused.length > 0 ? [`you may not list ${refused.join(', ')}, so what they use is not known`] : [],
  };
}
