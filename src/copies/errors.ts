import { LockstepError } from '../errors.ts';
import { type SourceRef, sourceId } from '../references/sources.ts';
import { type Flaw, flawText } from './flaw.ts';
import { type CopyRef, copyName } from './name.ts';

/** `configmap/app-lockstep-…` */
const displayCopy = ({ kind, name, shortDigest }: CopyRef): string =>
  `${kind}/${copyName(name, shortDigest)}`;

/** The copy cannot be checked. To delete it would not help: what its source holds cannot be compared, either. */
export function unknownKeyError(copy: CopyRef): LockstepError {
  const why = `the key of the digest of ${displayCopy(copy)} is not known`;
  return new LockstepError(
    'COPY_UNUSABLE',
    `${why}. Put the key back, or restart the rollout of the workload`,
  );
}

/** The object with the copy's name is not a copy that pods may read. */
export function unusableError(copy: CopyRef, flaw: Flaw): LockstepError {
  if (flaw.is === 'unknown-key') return unknownKeyError(copy);
  const message = `${displayCopy(copy)} is not the copy that lockstep made: ${flawText(flaw)}. Delete it`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/** Something deletes the copy each time that lockstep makes it. */
export function endlesslyDeletedError(copy: CopyRef): LockstepError {
  const message = `${displayCopy(copy)} could not be made: something deletes it as soon as it exists`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/**
 * The namespace has gained as much by copies as it may for now.
 * @param copy its id, as in `configmap/app-lockstep-…`
 */
export function limitedError(copy: string, namespace: string): LockstepError {
  const why = `${copy} was not made: namespace ${namespace} has gained too many bytes of copies`;
  return new LockstepError('COPIES_LIMITED', `${why}. Use fewer keys of large sources, or try again later`);
}

/** The copy is gone, and nobody asks for it to be made again. `where` names who would have to ask. */
export function notAskedError(copy: CopyRef, where: string): LockstepError {
  const why = `${displayCopy(copy)} is gone, and ${where} does not ask for copies`;
  return new LockstepError('COPY_LOST', `${why}. Label it lockstep.dev/pin=enabled, or change the workload`);
}

/** The copy is gone, and lockstep makes nothing in a namespace that has it switched off. */
export function switchedOffError(copy: CopyRef, namespace: string): LockstepError {
  const why = `${displayCopy(copy)} is gone, and namespace ${namespace} is labelled lockstep.dev/inject=disabled`;
  return new LockstepError('COPY_LOST', `${why}. Remove the label, or change the workload`);
}

/** The copy is gone and cannot be made again, because its source no longer holds the same. */
export function lostError(copy: CopyRef): LockstepError {
  const why = `${displayCopy(copy)} is gone, and ${sourceId(copy)} no longer holds the same`;
  return new LockstepError('COPY_LOST', `${why}. To roll the workload: kubectl rollout restart`);
}

/**
 * The object with the name of a Job's copy is not a copy that its pods may read. Without it, the next pod gets a
 * new one.
 */
export function unusableJobCopyError(copy: SourceRef, flaw: Flaw): LockstepError {
  const message = `${sourceId(copy)} is not the copy that lockstep made: ${flawText(flaw)}. Delete it`;
  return new LockstepError('COPY_UNUSABLE', message);
}

/** The source changes, or something deletes the copy, each time that lockstep makes it. */
export function unsettledJobCopyError(copy: SourceRef): LockstepError {
  const message = `${sourceId(copy)} could not be made: its source changes all the time, or something deletes it`;
  return new LockstepError('COPY_UNUSABLE', message);
}
