import type { Copies, Workloads } from '../../src/in-step/ports.ts';
import { HELD, INJECT_LABEL } from '../../src/marks/names.ts';
import type { WebhookDeps } from '../../src/server/webhook-server.ts';

/** What reviewing rests on, with other copies. */
export function withCopies(deps: WebhookDeps, alter: (copies: Copies) => Partial<Copies>): WebhookDeps {
  const { copies } = deps;
  if (!copies) throw new Error('there are copies with --pin on only');
  return { ...deps, copies: { ...copies, ...alter(copies) } };
}

/** References to `more` are taken to be to more than its copy holds, and left as they are. */
export function forgottenReference(deps: WebhookDeps): WebhookDeps {
  const replicaSets = { read: async () => undefined };
  return withCopies({ ...deps, replicaSets }, (copies) => ({
    async look(namespace, ref, signal) {
      const look = await copies.look(namespace, ref, signal);
      if (look.state !== 'good' || ref.name !== 'more') return look;
      return { ...look, note: { ...look.note, data: [], binaryData: [] } };
    },
  }));
}

/** A copy is made when the first pod asks for it: of what the source holds then, if it still is what it was. */
export const lateCopies = (deps: WebhookDeps): WebhookDeps =>
  withCopies(deps, (copies) => ({
    make: async (namespace, copy, signal, owner) =>
      owner?.kind === 'ReplicaSet' ? copies.make(namespace, copy, signal, owner) : 'there',
  }));

/** Who comes second to a copy is not written down. */
export function firstOwner(deps: WebhookDeps): WebhookDeps {
  const owned = new Set<string>();
  return withCopies(deps, (copies) => ({
    async own(namespace, ref, uid, signal, owner) {
      if (owned.has(uid)) return 'owned';
      owned.add(uid);
      return copies.own(namespace, ref, uid, signal, owner);
    },
  }));
}

/** A workload that is held is left alone on a scale-up, whatever has been edited since. */
export function endlessHold(deps: WebhookDeps): WebhookDeps {
  const workloads: Workloads = {
    ...deps.workloads,
    async read(...of) {
      const found = await deps.workloads.read(...of);
      if (!found?.metadata.annotations?.[HELD]) return found;
      const labels = { ...found.metadata.labels, [INJECT_LABEL]: 'disabled' };
      return { ...found, metadata: { ...found.metadata, labels } };
    },
  };
  return { ...deps, workloads };
}
