import { followerOf } from '../abort.ts';
import type { Foresight, KnownWorkload } from '../in-step/ports.ts';
import type { SourceRef } from '../references/sources.ts';
import { byteCache } from './cache.ts';
import { canExist, pathOf } from './object-reads.ts';
import { SOURCE_RESOURCES } from './source-kinds.ts';
import type { LiveSources } from './sources.ts';

/** 5,000 workloads with two sources each take 4 MiB. */
const MEMORY_BYTES = 4 * 1024 * 1024;

/** A workload with more sources is read as if nothing were known of it: its reads take several rounds anyway. */
const MOST_SOURCES = 16;

const keyOf = ({ kind, namespace, name }: KnownWorkload): string =>
  JSON.stringify([kind.group, kind.resource, namespace, name]);

interface Known {
  readonly sources: readonly Pick<SourceRef, 'kind' | 'name'>[];
}

const charactersOf = ({ sources }: Known): number =>
  sources.reduce((sum, { kind, name }) => sum + kind.length + name.length, 0);

/**
 * Remembers what workloads refer to, and reads that while the workload itself is being read: a scale-up then takes
 * one round trip to the API server instead of two. What was learnt may be wrong by now. Then the reads go unused.
 */
export function foresight({ metadata, with: reading }: LiveSources): Foresight {
  const known = byteCache<Known>(MEMORY_BYTES, charactersOf);
  return {
    begin(workload, callSignal) {
      const { sources } = known.get(keyOf(workload)) ?? {};
      if (!sources) return undefined;
      const { signal, end } = followerOf(callSignal);
      const begun = new Map(
        sources.map(({ kind, name }) => {
          const path = pathOf(workload.namespace, kind, name);
          const read = metadata(path, SOURCE_RESOURCES[kind].resource, signal);
          // The failure is seen where the read is used.
          read.catch(() => undefined);
          return [path, read] as const;
        }),
      );
      return {
        sources: reading((path, ...args) => {
          const early = begun.get(path);
          begun.delete(path);
          return early?.catch(() => metadata(path, ...args)) ?? metadata(path, ...args);
        }),
        end,
      };
    },
    learn(workload, sources) {
      const key = keyOf(workload);
      const existing = sources.filter(canExist);
      if (existing.length === 0 || existing.length > MOST_SOURCES) known.delete(key);
      else known.set(key, { sources: existing.map(({ kind, name }) => ({ kind, name })) });
    },
  };
}
