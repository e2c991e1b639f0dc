import { type Answer, type Caller, MERGE_PATCH } from '../../kit/caller.ts';
import type { Place } from './objects.ts';
import type { Collection, Write } from './steps.ts';

/** A call of a tenant, and what became of it. */
export interface Deed {
  readonly what: string;
  readonly answer: Answer | undefined;
  /** What was sent, if it was a Deployment that the API server refused. */
  readonly refused?: unknown;
}

/** A tenant in a namespace. */
export interface Tenant extends Place {
  readonly call: Caller;
  readonly deeds: Deed[];
}

export const pathOf = (namespace: string, what: Collection): string =>
  `${what === 'deployments' || what === 'replicasets' ? '/apis/apps/v1' : '/api/v1'}/namespaces/${namespace}/${what}`;

/** Bad request, too large, invalid, or an error of the server. */
const REFUSED = new Set([400, 413, 422, 500]);

/** Calls as a tenant. A call without an answer is a deed, too: nothing that a tenant does ends the run. */
export async function call(tenant: Tenant, ...request: Parameters<Caller>): Promise<Answer | undefined> {
  const [method, path, body] = request;
  const answer = await tenant.call(...request).catch(() => undefined);
  const isRefused = method === 'POST' && path.includes('/deployments') && REFUSED.has(answer?.status ?? 0);
  tenant.deeds.push({ what: `${method} ${path}`, answer, ...(isRefused && { refused: body }) });
  return answer;
}

const APPLY = 'application/apply-patch+yaml';

function nameIn(object: object): string {
  const metadata: unknown = Reflect.get(object, 'metadata');
  return typeof metadata === 'object' && metadata !== null ? String(Reflect.get(metadata, 'name') ?? '') : '';
}

/** `kubectl apply`: the manifest stands in an annotation as well. */
function withLastApplied(object: object): object {
  const metadata = Object(Reflect.get(object, 'metadata'));
  const annotations = Object(Reflect.get(metadata, 'annotations'));
  const text = JSON.stringify(object);
  // kubectl itself refuses to write more.
  if (text.length > 200_000) return object;
  const more = { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': text };
  return { ...object, metadata: { ...metadata, annotations: more } };
}

/** Writes an object, in one of the ways that clients write. An object that exists is changed. */
export async function write(tenant: Tenant, what: Collection, how: Write, object: object): Promise<void> {
  const folder = pathOf(tenant.namespace, what);
  const path = `${folder}/${nameIn(object)}`;
  switch (how) {
    case 'dry run':
      await call(tenant, 'POST', `${folder}?dryRun=All`, object);
      return;
    case 'apply':
      await call(tenant, 'PATCH', `${path}?fieldManager=kubectl&force=true`, object, APPLY);
      return;
    case 'as lockstep':
      await call(tenant, 'PATCH', `${path}?fieldManager=lockstep&force=true`, object, APPLY);
      return;
    case 'create':
    case 'merge':
    case 'kubectl apply': {
      const body = how === 'kubectl apply' && what !== 'secrets' ? withLastApplied(object) : object;
      const made = how === 'merge' ? undefined : await call(tenant, 'POST', folder, body);
      if (made === undefined || made.status === 409) {
        const patched = await call(tenant, 'PATCH', path, body, MERGE_PATCH);
        if (patched?.status === 404) await call(tenant, 'POST', folder, body);
      }
    }
  }
}

/** Changes metadata of every object of a collection, whatever it was before. */
export async function patchAll(tenant: Tenant, what: Collection, metadata: object): Promise<void> {
  for (const name of (await namesOf(tenant, what)).slice(0, 20))
    await call(tenant, 'PATCH', `${pathOf(tenant.namespace, what)}/${name}`, { metadata }, MERGE_PATCH);
}

const OWN = new Set(['kube-root-ca.crt']);

export async function objectsOf(tenant: Tenant, what: Collection): Promise<readonly object[]> {
  const answer = await call(tenant, 'GET', pathOf(tenant.namespace, what));
  const items: unknown = answer && Reflect.get(Object(answer.body), 'items');
  return Array.isArray(items) ? items.filter((item) => !OWN.has(nameIn(item))) : [];
}

export const namesOf = async (tenant: Tenant, what: Collection): Promise<readonly string[]> =>
  (await objectsOf(tenant, what)).map(nameIn);
