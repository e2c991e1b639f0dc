import { sleep } from '../abort.ts';
import { followers, together } from '../cluster/followers.ts';
import type { Follow, Follower } from '../controller/ports.ts';
import { messageOf } from '../errors.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import type { Session } from './session.ts';

/** A rollout writes its workload many times in a moment. People need not see each of them. */
const GATHER_MS = 300;

/** Tells of changes of ConfigMaps and workloads. */
function follower(session: Session, onChange: () => void): Follower<unknown> {
  return {
    onSeen: onChange,
    onGone: onChange,
    onSynced: () => undefined,
    onError: (error) => session.io.err(`note: ${messageOf(error)}\n`),
  };
}

/**
 * Looks again whenever a ConfigMap or a workload has changed, until the session ends. It needs the right to watch them.
 * @param namespace undefined: all namespaces
 * @param look also called once at the start
 */
export async function lookAtChanges(
  session: Session,
  { kinds, namespace }: { readonly kinds: WorkloadKinds; readonly namespace: string | undefined },
  look: () => Promise<void>,
): Promise<void> {
  const { client, signal } = session;
  const scope = { excluded: [], only: namespace === undefined ? [] : [namespace] };
  const ports = followers(client, { scope, kinds, secrets: undefined, everyMs: 0 });
  let changed = Promise.withResolvers<void>();
  const told = follower(session, () => changed.resolve());
  const all: Follow<unknown> = together<unknown>([
    ports.configMaps,
    ...kinds.map(ports.workloads),
  ] as Follow<unknown>[]);
  const following = all(told, signal);
  signal.addEventListener('abort', () => changed.resolve(), { once: true });
  while (!signal.aborted) {
    changed = Promise.withResolvers();
    await look();
    await changed.promise;
    await sleep(GATHER_MS, signal);
  }
  await following;
}
