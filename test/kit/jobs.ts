import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { copiesIn, podsIn } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

interface JobOptions {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: object;
  /** Its pods also read the Secret `db`. */
  readonly secret?: boolean;
  /** ConfigMaps that its pods read besides `app`. */
  readonly optional?: readonly string[];
  readonly required?: readonly string[];
}

/**
 * A Job `task`. Its pods read their environment from the ConfigMap `app`. Nobody schedules them, so each stays as
 * it is until `endPod` ends it.
 */
export function job(options: JobOptions = {}) {
  const { name = 'task', labels, spec, optional = [], required = [] } = options;
  const envFrom = [
    { configMapRef: { name: 'app' } },
    ...(options.secret ? [{ secretRef: { name: 'db' } }] : []),
    ...required.map((each) => ({ configMapRef: { name: each } })),
  ];
  const volumes = optional.map((each) => ({ name: each, configMap: { name: each, optional: true } }));
  const volumeMounts = optional.map((each) => ({ name: each, mountPath: `/${each}` }));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, ...(labels && { labels }) },
    spec: {
      parallelism: 1,
      ...spec,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 0,
          schedulingGates: [{ name: 'example.com/wait' }],
          containers: [{ name: 'task', image: 'task:1', envFrom, volumeMounts }],
          volumes,
        },
      },
    },
  };
}

export async function jobUid(box: Sandbox, name = 'task'): Promise<string> {
  return (await box.kubectl(['get', `job/${name}`, '-o', 'jsonpath={.metadata.uid}'])).stdout;
}

/** All copies of a namespace. */
export const copiesOf = async (box: Sandbox) => [
  ...(await copiesIn(box)),
  ...(await copiesIn(box, 'secrets')),
];

/** Waits until so many pods exist, ended ones included. */
export const untilPods = (box: Sandbox, count: number, timeoutMs = 20_000) =>
  eventually(async () => (await podsIn(box)).length === count, { what: `${count} pods`, timeoutMs });

const checkPods = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String() }),
        status: Type.Object({ phase: Type.String() }),
      }),
    ),
  }),
);

/** Ends a pod that waits, as a kubelet does. Waits for one, if there is none. */
export async function endPod(box: Sandbox, phase: 'Succeeded' | 'Failed'): Promise<void> {
  const name = await eventually(async () => {
    const { items } = checkPods.Parse(await box.read('pods'));
    return items.find(({ status }) => status.phase === 'Pending')?.metadata.name ?? false;
  });
  const patch = JSON.stringify({ status: { phase } });
  await box.kubectl(['patch', `pod/${name}`, '--subresource=status', '--type=merge', '-p', patch]);
}
