import type {
  KubernetesObject,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1ConfigMap,
  V1Deployment,
  V1Lease,
  V1MutatingWebhook,
  V1MutatingWebhookConfiguration,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1Role,
  V1RoleBinding,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { render, type Values } from './helm.ts';

/** The kinds that the chart renders. */
interface Kinds {
  Certificate: CustomResource;
  ClusterRole: V1ClusterRole;
  ClusterRoleBinding: V1ClusterRoleBinding;
  ConfigMap: V1ConfigMap;
  Deployment: V1Deployment;
  Issuer: CustomResource;
  Lease: V1Lease;
  MutatingWebhookConfiguration: V1MutatingWebhookConfiguration;
  NetworkPolicy: V1NetworkPolicy;
  PodDisruptionBudget: V1PodDisruptionBudget;
  PodMonitor: CustomResource;
  PrometheusRule: CustomResource;
  Role: V1Role;
  RoleBinding: V1RoleBinding;
  Secret: V1Secret;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
  ServiceMonitor: CustomResource;
  ValidatingAdmissionPolicy: V1ValidatingAdmissionPolicy;
  ValidatingAdmissionPolicyBinding: V1ValidatingAdmissionPolicyBinding;
}

/** Of cert-manager, or of the Prometheus operator. accepted.test.ts checks it against their own schemas. */
interface CustomResource extends KubernetesObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

export type Kind = keyof Kinds;

/** What the chart renders. */
export interface Rendered {
  /** The kinds of all objects, sorted. */
  readonly kinds: readonly Kind[];
  /** The one object of a kind that is for lockstep itself. @throws Error if there is none, or more than one */
  of<K extends Kind>(kind: K): Kinds[K];
  all<K extends Kind>(kind: K): readonly Kinds[K][];
}

/** The ends of the names of what the chart has for users of the cluster: it gives lockstep no right. */
const FOR_USERS = /-(settings|assessments|metrics)$/;

const known = new Map<string, Promise<Rendered>>();

/**
 * The objects that the chart renders with `values`. All tests of a file get the same result for the same
 * values.
 */
export function objects(values: Values): Promise<Rendered> {
  const key = JSON.stringify(values);
  const found = known.get(key) ?? parseRendered(values);
  known.set(key, found);
  return found;
}

async function parseRendered(values: Values): Promise<Rendered> {
  // The rim: the API server itself checks the shapes of these documents in accepted.test.ts.
  const documents = parseAllDocuments(await render(values))
    .map((parsed) => parsed.toJS() as Kinds[Kind] | null)
    .filter((document) => document !== null);
  const all = <K extends Kind>(kind: K) => documents.filter((each) => each.kind === kind) as Kinds[K][];
  return {
    kinds: documents.map((document) => document.kind as Kind).sort(),
    all,
    of(kind) {
      const [found, ...more] = all(kind).filter(({ metadata }) => !FOR_USERS.test(metadata?.name ?? ''));
      if (found === undefined || more.length > 0) throw new Error(`not exactly one ${kind}`);
      return found;
    },
  };
}

/** The webhooks that the chart renders with `values`, in their order. */
export async function webhooks(values: Values): Promise<V1MutatingWebhook[]> {
  return (await objects(values)).of('MutatingWebhookConfiguration').webhooks ?? [];
}
