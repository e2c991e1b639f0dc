import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { OwnedMeta } from './replica-set.ts';

/** The part of a core/v1 Pod that tells whether it is ready. */
export const ReadyPod = Type.Object({
  metadata: OwnedMeta,
  status: maybe(
    Type.Object({
      conditions: maybe(Type.Array(Type.Object({ type: Type.String(), status: Type.String() }))),
    }),
  ),
});

export type ReadyPod = Static<typeof ReadyPod>;

/** Whether the pod is ready and stays. One that is deleted keeps its condition until its containers have ended. */
export const isReady = ({ metadata, status }: ReadyPod): boolean =>
  !metadata.deletionTimestamp &&
  (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);
