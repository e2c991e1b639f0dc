import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import { METADATA_LIST } from '../api/request.ts';
import type { CensusPorts } from '../census/ports.ts';
import type { InStepDeps } from '../in-step/ports.ts';
import { isInScope, type NamespaceScope, namespacesToList } from '../policy/scope.ts';
import { judgedNow } from './judged-now.ts';
import { workloadFolder } from './workloads.ts';

/** The metadata of a workload takes a few KiB. */
const PAGE_SIZE = 500;

const decodePage = pageDecoder(
  Type.Object({
    metadata: Type.Object({ namespace: Type.String(), name: Type.String(), uid: Type.String() }),
  }),
  'workloads',
);

/** A look takes less than a second, unless the API server is in trouble. */
const LOOK_MS = 60_000;

/** What the census needs of the cluster. It lists metadata only, and reads one workload at a time. */
export function censusPorts(client: ApiClient, scope: NamespaceScope, deps: InStepDeps): CensusPorts {
  return {
    async *list(kind, signal) {
      for (const namespace of namespacesToList(scope)) {
        const path = workloadFolder(kind, namespace);
        const request = { resource: kind.resource, path, accept: METADATA_LIST, signal };
        const options = { size: PAGE_SIZE, decode: decodePage, mayBeAbsent: kind.isCustom === true };
        for await (const items of pages(client, request, options))
          yield items
            .filter(({ metadata }) => isInScope(scope, metadata.namespace))
            .map(({ metadata: { namespace: of, name, uid } }) => ({ kind, namespace: of, name, uid }));
      }
    },

    judge: (place, signal) =>
      judgedNow(
        deps,
        { ...place, operation: 'scale', signal: AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]) },
        true,
      ),
  };
}
