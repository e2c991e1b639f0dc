import type { PodTemplate } from '../workloads/pod-template.ts';
import type { Reference } from './references.ts';

const PROJECTED = /^spec\.volumes\[(\d+)\]\.projected\./;

/**
 * Whether a reference gives a client the CA of the server to which it shows its token: a ConfigMap's `ca.crt` beside a
 * `serviceAccountToken`, in one volume. The API server adds such a volume to each pod (`kube-api-access-*`), before it
 * calls webhooks (kubernetes: the plugin ServiceAccount comes before MutatingAdmissionWebhook). OpenShift adds
 * `service-ca.crt`. A client with an old CA and a new token fails, so these files must follow the server.
 */
export function isTrustAnchor(template: PodTemplate, { kind, keys, where }: Reference): boolean {
  const [, index] = PROJECTED.exec(where) ?? [];
  if (index === undefined || kind !== 'configmap' || keys === 'all') return false;
  const sources = template.spec?.volumes?.[Number(index)]?.projected?.sources ?? [];
  return (
    sources.some(({ serviceAccountToken }) => serviceAccountToken) &&
    keys.every((key) => key.endsWith('ca.crt'))
  );
}
