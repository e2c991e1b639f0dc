import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { HOME_NAMES, type Homes } from '../homes.ts';
import { deploymentOf, inventedUid, metadataOf, type Place, templateOf } from './objects.ts';
import { podSpecOf } from './pod-spec.ts';
import type { Step, Target, WorkloadShape } from './steps.ts';

/** The webhook's port, as anybody on its network finds it. */
export interface DirectDoor {
  post(path: string, body: object): Promise<void>;
  readonly homes: Homes;
  close(): Promise<void>;
}

const PATIENCE_MS = 20_000;

/** Opens the port without a client certificate. */
export function openDoor(
  port: number,
  homes: Homes,
  onAnswer: (status: number, text: string) => void,
): DirectDoor {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, connections: 4 });
  return {
    homes,
    async post(path, body) {
      try {
        const answer = await request(`https://127.0.0.1:${port}/admission/${path}?timeout=5s`, {
          method: 'POST',
          dispatcher,
          signal: AbortSignal.timeout(PATIENCE_MS),
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        onAnswer(answer.statusCode, await answer.body.text());
      } catch {
        // Refused, or cut: that is an answer, too.
      }
    },
    close: () => dispatcher.close(),
  };
}

type Direct = Extract<Step, { do: 'direct' }>;

/** The objects of an invented review, for the hook that it is sent to. */
function objectsFor(
  { hook, shape }: Direct,
  place: Place,
  index: number,
): { object: object; oldObject?: object } {
  const scaleOf = (replicas: number) => ({ metadata: { name: 'web' }, spec: { replicas } });
  const owner = (kind: string) => [
    { apiVersion: 'apps/v1', kind, name: 'invented', uid: inventedUid(), controller: true },
  ];
  const replicaSet = (replicas: number) => ({
    metadata: { name: 'web-1', ownerReferences: owner('Deployment') },
    spec: { replicas, selector: {}, template: templateOf(shape) },
  });
  switch (hook) {
    case 'scale':
    case 'scale/pin':
      return { object: scaleOf(5), oldObject: scaleOf(1) };
    case 'ceiling':
      return { object: replicaSet(5), oldObject: replicaSet(1) };
    case 'pod': {
      const annotations = { ...shape.meta?.annotations, ...shape.marks };
      const metadata = {
        ...metadataOf('invented', { ...shape.meta, annotations }, place),
        ownerReferences: owner('ReplicaSet'),
      };
      return { object: { metadata, spec: podSpecOf(shape) } };
    }
    default: {
      // Each review asks for one more key, which is a copy of its own.
      const more: WorkloadShape['references'] = [
        { via: 'items', kind: 'secret', count: index + 1, name: 'db', optional: true },
        { via: 'envFrom', kind: 'configmap', count: 1, name: 'app', optional: true },
      ];
      return {
        object: deploymentOf(
          'invented',
          { ...shape, references: [...(shape.references ?? []), ...more] },
          place,
        ),
      };
    }
  }
}

const RESOURCES: Readonly<Record<string, { group: string; resource: string }>> = {
  pod: { group: '', resource: 'pods' },
  ceiling: { group: 'apps', resource: 'replicasets' },
};

function namespaceOf(homes: Homes, target: Target, place: Place): string {
  if (target === 'own') return place.namespace;
  const home = HOME_NAMES.find((name) => name === target);
  return home ? homes(home) : target;
}

/** Sends reviews that no API server made. */
export async function sendReviews(door: DirectDoor, place: Place, step: Direct): Promise<void> {
  const namespace = namespaceOf(door.homes, step.target, place);
  const hook = step.hook.split('/')[0] ?? '';
  for (let index = 0; index < step.times; index += 1) {
    await door.post(step.hook, {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: {
        uid: randomUUID(),
        resource: { version: 'v1', ...(RESOURCES[hook] ?? { group: 'apps', resource: 'deployments' }) },
        name: 'web',
        namespace,
        operation: hook === 'scale' || hook === 'ceiling' ? 'UPDATE' : 'CREATE',
        dryRun: step.dry,
        ...objectsFor(step, { ...place, namespace }, index),
      },
    });
  }
}
