import type { Ports } from '../in-step/ports.ts';
import type { Input } from './input.ts';

/** Of a workload that is only just being created there is nothing to ask. */
function notAsked(): never {
  throw new Error('a create needs neither history nor a workload in the cluster');
}

/** What judging a workload needs of the world, out of files. */
export function portsOf(input: Input): Ports {
  return {
    sources: {
      async digest(namespace, usage, format) {
        const source = input.source(usage.kind, namespace, usage.name);
        const isIgnored = source?.mark.ignored ?? false;
        return {
          digest: isIgnored ? undefined : format.sourceDigest(namespace, usage, source?.content),
          malformedIgnore: source?.mark.malformed,
        };
      },
      times: notAsked,
    },
    workloads: { read: notAsked, patch: notAsked, revisionCreated: notAsked },
    namespaces: {
      disabledAreFiltered: false,
      labels: async (namespace) => input.namespaceLabels(namespace) ?? {},
    },
    // Copies are made in a cluster.
    copies: undefined,
  };
}
