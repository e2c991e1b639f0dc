import { Type } from 'typebox';
import { maybe } from '../schema.ts';

/** The field of a StatefulSet that says from which ordinal on its pods are numbered. */
export const Ordinals = maybe(Type.Object({ start: maybe(Type.Integer()) }));

/** The field of a StatefulSet that says how a rollout replaces its pods. */
export const UpdateStrategy = maybe(
  Type.Object({
    type: maybe(Type.String()),
    rollingUpdate: maybe(Type.Object({ partition: maybe(Type.Integer()) })),
  }),
);

/**
 * The lowest ordinal that a partition lets roll. The controller counts the partition from the first ordinal, which is
 * `ordinals.start`. (`isCurrentRevisionNeeded` in its source.) 0: there is no partition.
 */
export function partitionOrdinal({
  ordinals,
  updateStrategy,
}: {
  readonly ordinals?: { readonly start?: number | null | undefined } | null | undefined;
  readonly updateStrategy?:
    | { readonly rollingUpdate?: { readonly partition?: number | null | undefined } | null | undefined }
    | null
    | undefined;
}): number {
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
  return partition > 0 ? (ordinals?.start ?? 0) + partition : 0;
}
