import { LockstepError } from '../errors.ts';
import type { SourceRef } from '../references/sources.ts';
import { copyName } from './name.ts';

/** A copy, by its source and the digest that its name shows. */
interface CopyId extends SourceRef {
  readonly shortDigest: string;
}

/** The object of the copy's name is not a copy that pods may read. */
export function unusableError({ kind, name, shortDigest }: CopyId, why: string): LockstepError {
  const message = `${kind}/${copyName(name, shortDigest)} is not the copy that lockstep made: ${why}. Delete it`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/** Somebody deletes the copy whenever it is made. */
export function endlesslyDeletedError({ kind, name, shortDigest }: CopyId): LockstepError {
  const message = `${kind}/${copyName(name, shortDigest)} could not be made: it is deleted as soon as it is there`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/** The copy is gone, and its source holds something else by now. */
export function lostError({ kind, name, shortDigest }: CopyId): LockstepError {
  const why = `${kind}/${copyName(name, shortDigest)} is gone, and ${kind}/${name} holds something else by now`;
  return new LockstepError(
    'COPY_LOST',
    `${why}. Any change of the workload, or a scale-up, rolls it to that`,
  );
}
