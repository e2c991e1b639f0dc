import { missingKeys } from '../digest/source.ts';
import type { Ports } from '../in-step/ports.ts';
import { counts } from '../marks/ignore.ts';
import type { Input } from './input.ts';

/** A workload that is being created has no history to read. */
function throwNotNeeded(): never {
  throw new Error('a create needs neither history nor a workload in the cluster');
}

/** The ports of the composer over the input files. */
export function portsOf(input: Input): Ports {
  return {
    sources: {
      async digest(namespace, usage, format) {
        const source = input.source(usage.kind, namespace, usage.name);
        return {
          digest:
            source && !counts(usage, source.mark)
              ? undefined
              : format.sourceDigest(namespace, usage, source?.content),
          malformedIgnore: source?.mark.malformed,
          missingKeys: source ? missingKeys(usage, source.content) : [],
          // Copies exist only in a cluster, and so do nodes that keep an immutable source.
          isTrustBundle: false,
          immutableSince: undefined,
        };
      },
      times: throwNotNeeded,
    },
    workloads: {
      read: throwNotNeeded,
      patch: throwNotNeeded,
      exists: throwNotNeeded,
      presentRevision: throwNotNeeded,
      // Manifests know nothing of revisions.
      runner: () => Promise.resolve(undefined),
      orphan: () => Promise.resolve(undefined),
      pods: throwNotNeeded,
      hasRevision: throwNotNeeded,
    },
    namespaces: {
      disabledAreFiltered: false,
      read: async (namespace) => ({ uid: '', labels: input.namespaceLabels(namespace) ?? {} }),
    },
    // Copies exist only in a cluster.
    copies: undefined,
  };
}
