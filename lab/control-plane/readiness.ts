import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Api, type ApiAccess, openApi } from './api.ts';
import { eventually } from './eventually.ts';

const NodeList = Type.Object({
  items: Type.Array(
    Type.Object({
      status: Type.Object({
        conditions: Type.Optional(Type.Array(Type.Object({ type: Type.String(), status: Type.String() }))),
      }),
    }),
  ),
});

/** Waits until the API server says that it is ready, under the certificate that it should have. */
export async function serverIsReady(access: ApiAccess, signal: AbortSignal): Promise<void> {
  const api = openApi(access);
  try {
    await eventually(async () => (await api.open('/readyz')).dump(), {
      timeoutMs: 60_000,
      signal,
      what: 'readiness of kube-apiserver',
    });
  } finally {
    await api.close();
  }
}

/** Waits until there are this many nodes and all of them are Ready. */
export const nodesAreReady = (api: Api, count: number, signal: AbortSignal): Promise<true> =>
  eventually(async () => allReady(Value.Parse(NodeList, await api.get('/api/v1/nodes')), count), {
    timeoutMs: 60_000,
    signal,
    what: count === 1 ? 'a Ready node' : `${count} Ready nodes`,
  });

const allReady = ({ items }: Static<typeof NodeList>, count: number): boolean =>
  items.length === count &&
  items.every(({ status }) =>
    status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );

/**
 * Waits until the controller manager has created the first ServiceAccount, which shows that its controllers
 * work.
 */
export const serviceAccountExists = (api: Api, signal: AbortSignal): Promise<unknown> =>
  eventually(() => api.get('/api/v1/namespaces/default/serviceaccounts/default'), {
    timeoutMs: 60_000,
    signal,
    what: 'the default ServiceAccount',
  });
