import { LockstepError } from '../errors.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import { copyName } from './name.ts';

/** Identifies a copy by its source and the digest in its name. */
interface CopyId extends SourceRef {
  readonly shortDigest: string;
}

/** `configmap/app-lockstep-…` */
const displayCopy = ({ kind, name, shortDigest }: CopyId): string => `${kind}/${copyName(name, shortDigest)}`;

/** The object with the copy's name is not a copy that pods may read. */
export function unusableError(copy: CopyId, why: string): LockstepError {
  const message = `${displayCopy(copy)} is not the copy that lockstep made: ${why}. Delete it`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/** Something deletes the copy each time that lockstep makes it. */
export function endlesslyDeletedError(copy: CopyId): LockstepError {
  const message = `${displayCopy(copy)} could not be made: something deletes it as soon as it exists`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/** The copy is gone and cannot be made again, because its source holds something else by now. */
export function lostError(copy: CopyId): LockstepError {
  const why = `${displayCopy(copy)} is gone, and ${sourceId(copy)} holds something else by now`;
  return new LockstepError('COPY_LOST', `${why}. To roll the workload, change it or scale it up`);
}
