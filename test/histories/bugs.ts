import { setTimeout as sleep } from 'node:timers/promises';
import { ABSENT } from '../../src/digest/source.ts';
import type { SourceReading, Sources, Workloads } from '../../src/in-step/ports.ts';
import { PIN_LABEL } from '../../src/marks/names.ts';
import { sourceId } from '../../src/references/sources.ts';
import type { WebhookDeps } from '../../src/server/webhook-server.ts';
import { DAEMON_SET } from '../../src/workloads/daemon-set.ts';
import { STATEFUL_SET } from '../../src/workloads/stateful-set.ts';
import {
  endlessHold,
  firstOwner,
  forgottenReference,
  lateCopies,
  switchedOff,
  wrongRevision,
} from '../kit/bugs-of-copies.ts';

/** How long the planted cache keeps what it has read. */
const CACHED_MS = 2_000;
/** How long every second planted PATCH waits between read and write, so that other writes overtake it. */
const DAWDLE_MS = 200;

function cachedRead(sources: Sources): Sources {
  const cache = new Map<string, { reading: SourceReading; until: number }>();
  return {
    ...sources,
    async digest(namespace, usage, format, signal) {
      const key = `${namespace} ${sourceId(usage)} ${JSON.stringify(usage)}`;
      const cached = cache.get(key);
      if (cached && cached.until > Date.now()) return cached.reading;
      const reading = await sources.digest(namespace, usage, format, signal);
      cache.set(key, { reading, until: Date.now() + CACHED_MS });
      return reading;
    },
  };
}

/**
 * A PATCH without a condition. It applies to whatever version exists, as if that were the version that was
 * read.
 */
function unconditionalPatch(workloads: Workloads): Workloads {
  let turn = 0;
  return {
    ...workloads,
    async patch(read, marks, signal) {
      turn += 1;
      if (turn % 2 === 0) await sleep(DAWDLE_MS);
      for (;;) {
        const { kind, namespace, metadata } = read;
        const now = await workloads.read(kind, namespace, metadata.name ?? '', signal);
        if (!now) return 'gone';
        const result = await workloads.patch(now, marks, signal);
        if (result !== 'conflict') return result;
      }
    },
  };
}

/** Every key counts, used or not. */
function wholeObjects(sources: Sources): Sources {
  return {
    ...sources,
    digest: (namespace, usage, format, signal) =>
      sources.digest(namespace, { ...usage, data: 'all', binaryData: 'all' }, format, signal),
  };
}

/** A source that is gone counts as an empty one. */
function emptyForGone(sources: Sources): Sources {
  return {
    ...sources,
    async digest(namespace, usage, format, signal) {
      const reading = await sources.digest(namespace, usage, format, signal);
      if (reading.digest !== ABSENT) return reading;
      return { ...reading, digest: format.sourceDigest(namespace, usage, { data: {}, binaryData: {} }) };
    },
  };
}

/** Every source counts as immutable, and so as one that never changes. But it can be made anew under its name. */
function readOnce(sources: Sources): Sources {
  const known = new Map<string, SourceReading>();
  return {
    ...sources,
    async digest(namespace, usage, format, signal) {
      const key = JSON.stringify([namespace, usage]);
      const reading = known.get(key) ?? (await sources.digest(namespace, usage, format, signal));
      known.set(key, reading);
      return reading;
    },
  };
}

/** Scales of StatefulSets are not reviewed. */
function unreviewedScale(workloads: Workloads): Workloads {
  return {
    ...workloads,
    async read(...of) {
      const found = await workloads.read(...of);
      return found?.kind === STATEFUL_SET ? switchedOff(found) : found;
    },
  };
}

/** What a DaemonSet's own pod asks for is left alone. */
function podsLetThrough(workloads: Workloads): Workloads {
  return {
    ...workloads,
    async read(...of) {
      const found = await workloads.read(...of);
      return found?.kind === DAEMON_SET ? switchedOff(found) : found;
    },
  };
}

/** Only the first pod of a Job reads copies. The others decide anew. */
function firstPodOnly(deps: WebhookDeps): WebhookDeps {
  const { jobs } = deps;
  if (!jobs) throw new Error('copies of Jobs exist only with --pin on');
  const found = new Set<string>();
  return {
    ...deps,
    jobs: {
      ...jobs,
      async find(namespace, job, signal) {
        const metadata = await jobs.find(namespace, job, signal);
        if (metadata && found.has(job.uid)) return { ...metadata, labels: { [PIN_LABEL]: 'disabled' } };
        found.add(job.uid);
        return metadata;
      },
    },
  };
}

/** Of pods that are there already, only those of the present revision count. */
function presentPods(workloads: Workloads): Workloads {
  return {
    ...workloads,
    pods: (workload, ...of) =>
      workloads.pods({ ...workload, strategy: { type: 'rolling', partition: 0, surge: false } }, ...of),
  };
}

/** Nothing tells who has written a field, so lockstep's own words from an earlier turn count as the user's. */
function withoutManagers(deps: WebhookDeps): WebhookDeps {
  const kinds = deps.kinds.map((kind) => ({
    ...kind,
    fieldsOf(object: Parameters<typeof kind.fieldsOf>[0]) {
      Reflect.deleteProperty(object.metadata, 'managedFields');
      return kind.fieldsOf(object);
    },
  }));
  return { ...deps, kinds };
}

/** Bugs to plant into lockstep, so that the checker can show that it finds them. */
export const BUGS = {
  'cached-read': (deps: WebhookDeps): WebhookDeps => ({ ...deps, sources: cachedRead(deps.sources) }),
  'unconditional-patch': (deps: WebhookDeps): WebhookDeps => ({
    ...deps,
    workloads: unconditionalPatch(deps.workloads),
  }),
  'no-ceiling': (deps: WebhookDeps): WebhookDeps => ({ ...deps, ceiling: undefined }),
  'whole-objects': (deps: WebhookDeps): WebhookDeps => ({ ...deps, sources: wholeObjects(deps.sources) }),
  'empty-for-gone': (deps: WebhookDeps): WebhookDeps => ({ ...deps, sources: emptyForGone(deps.sources) }),
  'read-once': (deps: WebhookDeps): WebhookDeps => ({ ...deps, sources: readOnce(deps.sources) }),
  'no-managers': withoutManagers,
  'any-revision': (deps: WebhookDeps): WebhookDeps => ({
    ...deps,
    workloads: { ...deps.workloads, hasRevision: async () => true },
  }),
  'no-orphans': (deps: WebhookDeps): WebhookDeps => ({
    ...deps,
    workloads: { ...deps.workloads, orphan: async () => undefined },
  }),
  'own-conflict': (deps: WebhookDeps): WebhookDeps => ({
    ...deps,
    ownPatches: { ...deps.ownPatches, areAllSince: () => false },
  }),
  'unreviewed-scale': (deps: WebhookDeps): WebhookDeps => ({
    ...deps,
    workloads: unreviewedScale(deps.workloads),
  }),
  'pods-let-through': (deps: WebhookDeps): WebhookDeps => ({
    ...deps,
    workloads: podsLetThrough(deps.workloads),
  }),
  'wrong-revision': wrongRevision,
  'first-pod-only': firstPodOnly,
  'present-pods': (deps: WebhookDeps): WebhookDeps => ({ ...deps, workloads: presentPods(deps.workloads) }),
  'forgotten-reference': forgottenReference,
  'late-copies': lateCopies,
  'first-owner': firstOwner,
  'endless-hold': endlessHold,
} as const;

export type Bug = keyof typeof BUGS;
