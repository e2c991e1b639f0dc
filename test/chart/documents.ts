import type {
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1Deployment,
  V1MutatingWebhook,
  V1MutatingWebhookConfiguration,
  V1Service,
  V1ServiceAccount,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { render, type Values } from './helm.ts';

/** The kinds that the chart renders. */
interface Kinds {
  ClusterRole: V1ClusterRole;
  ClusterRoleBinding: V1ClusterRoleBinding;
  Deployment: V1Deployment;
  MutatingWebhookConfiguration: V1MutatingWebhookConfiguration;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
}

export type Kind = keyof Kinds;

/** The objects that the chart renders with `values`, by kind; `kinds` are all of them, sorted. */
export async function objects(
  values: Values,
): Promise<{ kinds: Kind[]; of<K extends Kind>(kind: K): Kinds[K] }> {
  // The rim: the API server itself judges these documents' shapes in accepted.test.ts.
  const documents = parseAllDocuments(await render(values)).map((parsed) => parsed.toJS() as Kinds[Kind]);
  return {
    kinds: documents.map((document) => document.kind as Kind).sort(),
    of<K extends Kind>(kind: K) {
      const [found, ...more] = documents.filter((document) => document.kind === kind);
      if (found === undefined || more.length > 0) throw new Error(`not exactly one ${kind}`);
      return found as Kinds[K];
    },
  };
}

/** The webhooks that the chart renders with `values`, in their order. */
export async function webhooks(values: Values): Promise<V1MutatingWebhook[]> {
  return (await objects(values)).of('MutatingWebhookConfiguration').webhooks ?? [];
}
