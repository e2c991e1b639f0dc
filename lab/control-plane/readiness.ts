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

/** Waits for the API server to answer, with the certificate it should have, that it is ready. */
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

/** Waits for so many nodes, all of them Ready. */
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

/** Waits for the controller manager to have made the first ServiceAccount: the sign that its controllers work. */
export const serviceAccountExists = (api: Api, signal: AbortSignal): Promise<unknown> =>
  eventually(() => api.get('/api/v1/namespaces/default/serviceaccounts/default'), {
    timeoutMs: 60_000,
    signal,
    what: 'the default ServiceAccount',
  });
