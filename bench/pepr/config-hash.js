import { createHash } from 'node:crypto';
import { a, Capability, K8s, kind, PeprModule } from 'pepr';

/**
 * A webhook with the rule that lockstep's `template` has for ConfigMaps in `envFrom`, as somebody would write it with
 * pepr: read each of them, all at once, and write a hash of them into the pod template.
 */
const ANNOTATION = 'bench.example.com/config-hash';

const inOrder = (object) => Object.entries(object).toSorted(([one], [two]) => (one < two ? -1 : 1));

async function hashOf(namespace, template) {
  const references = template.spec.containers.flatMap(({ envFrom = [] }) => envFrom);
  const names = references.flatMap(({ configMapRef }) => configMapRef?.name ?? []).toSorted();
  const sources = await Promise.all(
    names.map((name) => K8s(kind.ConfigMap).InNamespace(namespace).Get(name)),
  );
  const hash = createHash('sha256');
  for (const [i, { data = {} }] of sources.entries()) hash.update(JSON.stringify([names[i], inOrder(data)]));
  return hash.digest('hex');
}

const capability = new Capability({ name: 'config-hash', description: 'a hash of what envFrom refers to' });
capability
  .When(a.Deployment)
  .IsCreatedOrUpdated()
  .Mutate(async ({ Raw: { spec }, Request: { namespace } }) => {
    const { template } = spec;
    const annotations = { ...template.metadata.annotations, [ANNOTATION]: await hashOf(namespace, template) };
    template.metadata = { ...template.metadata, annotations };
  });

const settings = { uuid: 'bench', onError: 'reject', webhookTimeout: 10, alwaysIgnore: { namespaces: [] } };
new PeprModule({ description: 'bench', pepr: settings }, [capability], { deferStart: true }).start(
  Number(process.env.PORT),
);
