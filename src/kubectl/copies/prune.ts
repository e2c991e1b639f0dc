import { allCopies } from '../../cluster/all-copies.ts';
import { messageOf } from '../../errors.ts';
import type { ExitCode } from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { usageError } from '../errors.ts';
import { printNotes } from '../printing/output.ts';
import type { Session } from '../session.ts';
import type { ReadCopy } from './read-copies.ts';
import { readUnused, stateOf } from './unused.ts';

export interface PruneOptions {
  readonly dryRun: boolean;
  readonly yes: boolean | undefined;
}

const nameOf = ({ kind, meta }: ReadCopy): string => `${meta.namespace}/${kind}/${meta.name}`;

/** @returns whether nothing failed */
async function removeAll(session: Session, copies: readonly ReadCopy[]): Promise<boolean> {
  const { io, client, signal } = session;
  let isOk = true;
  for (const copy of copies) {
    const { kind, meta } = copy;
    const { namespace, name, uid, resourceVersion } = meta;
    try {
      // Its uid and resourceVersion are preconditions. A review that begins to use it has written to it.
      const removed = await allCopies(client).remove({ kind, namespace, name, uid, resourceVersion }, signal);
      io.out(`${nameOf(copy)}: ${removed ? 'deleted' : 'left: it has come into use, or is gone'}\n`);
    } catch (error) {
      signal.throwIfAborted();
      isOk = false;
      io.err(`${nameOf(copy)}: error: ${messageOf(error)}\n`);
    }
  }
  return isOk;
}

/**
 * Deletes the copies that the sweep would delete now. It looks twice, as the sweep does: a copy that has changed
 * between the two looks stays.
 */
export async function prune(
  session: Session,
  namespace: string | undefined,
  { dryRun, yes }: PruneOptions,
): Promise<ExitCode> {
  const { io } = session;
  const { note } = await session.policy();
  // A grace that is assumed may be over before that of the sweep.
  if (note !== undefined && !dryRun) throw usageError(`${note} Nothing was deleted`);
  const first = await readUnused(session, namespace);
  printNotes(io, first.notes);
  if (first.unused.length === 0) {
    io.err('No unused copies found.\n');
    return 0;
  }
  for (const copy of first.unused)
    io.out(
      `${nameOf(copy)}: no workload, revision or pod names it, and its grace is over${dryRun ? ' (dry run)' : ''}\n`,
    );
  if (dryRun) return 0;
  const count = first.unused.length;
  if (!(await isConfirmed(io, `Delete ${count === 1 ? 'this copy' : `these ${count} copies`}?`, yes))) {
    io.err('Nothing was deleted.\n');
    return 1;
  }
  const known = new Set(first.unused.map(stateOf));
  const { unused } = await readUnused(session, namespace);
  return (await removeAll(
    session,
    unused.filter((copy) => known.has(stateOf(copy))),
  ))
    ? 0
    : 1;
}
