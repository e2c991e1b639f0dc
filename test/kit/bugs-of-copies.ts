import { isReservation } from '../../src/copies/fate.ts';
import type { CopyOwner } from '../../src/copies/manifest.ts';
import type { Copies, Workloads } from '../../src/in-step/ports.ts';
import type { Revisions } from '../../src/in-step/revision-ports.ts';
import { HELD, INJECT_LABEL } from '../../src/marks/names.ts';
import type { WebhookDeps } from '../../src/server/webhook-server.ts';
import type { Workload } from '../../src/workloads/workload.ts';

/** The dependencies of reviews, with other copies. */
export function withCopies(deps: WebhookDeps, alter: (copies: Copies) => Partial<Copies>): WebhookDeps {
  const { copies } = deps;
  if (!copies) throw new Error('copies exist only with --pin on');
  return { ...deps, copies: { ...copies, ...alter(copies) } };
}

/**
 * Treats references to `more` as if its copy did not hold all the keys that they use, and leaves them
 * unchanged.
 */
export function forgottenReference(deps: WebhookDeps): WebhookDeps {
  const revisions: Revisions = {
    async read(...of) {
      const found = await deps.revisions.read(...of);
      return found && { ...found, metadata: {}, template: { metadata: found.template?.metadata ?? null } };
    },
  };
  return withCopies({ ...deps, revisions }, (copies) => ({
    async look(namespace, ref, signal) {
      const look = await copies.look(namespace, ref, signal);
      if (look.state !== 'good' || ref.name !== 'more') return look;
      return { ...look, note: { ...look.note, data: [], binaryData: [] } };
    },
  }));
}

/**
 * A copy is made only when the first pod needs it, from what the source holds then, if its content is still
 * the same.
 */
export const lateCopies = (deps: WebhookDeps): WebhookDeps =>
  withCopies(deps, (copies) => ({
    make: async (namespace, copy, owner, signal) =>
      isReservation(owner) ? 'there' : copies.make(namespace, copy, owner, signal),
  }));

/** The second owner of a copy is not recorded. */
export function firstOwner(deps: WebhookDeps): WebhookDeps {
  const owned = new Set<string>();
  return withCopies(deps, (copies) => ({
    async own(namespace, ref, uid, owner, signal) {
      if (owned.has(uid)) return 'owned';
      owned.add(uid);
      return copies.own(namespace, ref, uid, owner, signal);
    },
  }));
}

/** The first ControllerRevision that owns a copy is noted as the owner of all copies. */
export function wrongRevision(deps: WebhookDeps): WebhookDeps {
  let first: CopyOwner | undefined;
  return withCopies(deps, (copies) => ({
    async own(namespace, ref, uid, owner, signal) {
      if (owner.kind !== 'ControllerRevision') return copies.own(namespace, ref, uid, owner, signal);
      first ??= owner;
      return copies.own(namespace, ref, uid, first, signal);
    },
  }));
}

/** The workload, as if its owner kept lockstep out. */
export const switchedOff = (workload: Workload): Workload => ({
  ...workload,
  metadata: { ...workload.metadata, labels: { ...workload.metadata.labels, [INJECT_LABEL]: 'disabled' } },
});

/** A scale-up ignores a workload that is held, whatever has been edited since. */
export function endlessHold(deps: WebhookDeps): WebhookDeps {
  const workloads: Workloads = {
    ...deps.workloads,
    async read(...of) {
      const found = await deps.workloads.read(...of);
      if (!found?.metadata.annotations?.[HELD]) return found;
      return switchedOff(found);
    },
  };
  return { ...deps, workloads };
}
