import { LockstepError } from '../errors.ts';
import type { Revision } from '../in-step/revision-ports.ts';
import { sameCopies, templateMarksOf } from '../marks/marks.ts';
import type { PodCall, PodDeps } from './remake-copy.ts';

/** The error, as a value. Anything else that was thrown is a bug, and stays thrown. */
export function asFailure(error: unknown): LockstepError {
  if (!(error instanceof LockstepError)) throw error;
  return error;
}

/**
 * Reads the revision of a pod. Undefined: the cluster has no such revision as the pod names, or one whose pods
 * have other marks. Anybody can send or create a pod that names a revision.
 */
export async function readOwnRevision(
  { revisions }: Pick<PodDeps, 'revisions'>,
  { namespace, revision, marks }: PodCall,
  signal: AbortSignal,
): Promise<Revision | undefined> {
  const found = await revisions.read(namespace, revision, signal);
  return found && sameCopies(templateMarksOf(found.template?.metadata?.annotations), marks)
    ? found
    : undefined;
}

/** The revision of one pod, which is read when it is first asked for. An error: the read failed. */
export type OwnRevision = () => Promise<Revision | LockstepError | undefined>;

export function ownRevisionOf(deps: Pick<PodDeps, 'revisions'>, call: PodCall): OwnRevision {
  let read: ReturnType<OwnRevision> | undefined;
  return () => {
    read ??= readOwnRevision(deps, call, call.signal).catch(asFailure);
    return read;
  };
}

/**
 * The uid that the copies of a pod must have among their owners. A pod names its ReplicaSet by uid, and its
 * ControllerRevision by name. That may have been deleted and made again under its name, so it is read.
 */
export async function ownerUid({ revision }: PodCall, own: OwnRevision): Promise<string | undefined> {
  if (revision.kind === 'ReplicaSet') return revision.uid;
  const found = await own();
  return found instanceof LockstepError ? undefined : found?.owner.uid;
}
