import { once } from 'node:events';
import { createServer } from 'node:https';
import { json } from 'node:stream/consumers';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { issueCertificates } from '../../certs/issue.ts';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

/** The webhook acts in namespaces with this label. */
export const RESOLVED = { 'resolve-tags': 'yes' };

const DIGEST = `@sha256:${'d'.repeat(64)}`;
const NAME = 'zz-tags.example.com';

const asReview = Compile(
  Type.Object({
    request: Type.Object({
      uid: Type.String(),
      object: Type.Object({
        spec: Type.Object({
          template: Type.Object({
            spec: Type.Object({ containers: Type.Array(Type.Object({ image: Type.String() })) }),
          }),
        }),
      }),
    }),
  }),
);

function answerTo(body: unknown): object {
  if (!asReview.Check(body)) throw new Error('not a review of a workload');
  const { uid, object } = body.request;
  const patch = object.spec.template.spec.containers.flatMap(({ image }, i) =>
    image.includes('@')
      ? []
      : [{ op: 'replace', path: `/spec/template/spec/containers/${i}/image`, value: image + DIGEST }],
  );
  const patched = { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
  return { uid, allowed: true, ...(patch.length > 0 && patched) };
}

const registration = (port: number, ca: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: NAME },
  webhooks: [
    {
      name: `tags.${NAME}`,
      admissionReviewVersions: ['v1'],
      clientConfig: {
        url: `https://127.0.0.1:${port}/`,
        caBundle: Buffer.from(ca).toString('base64'),
      },
      failurePolicy: 'Fail',
      // On a busy machine the default, 10 s, can be short.
      timeoutSeconds: 30,
      sideEffects: 'None',
      reinvocationPolicy: 'IfNeeded',
      namespaceSelector: { matchLabels: RESOLVED },
      rules: [
        {
          apiGroups: ['apps'],
          apiVersions: ['v1'],
          resources: ['deployments', 'statefulsets', 'daemonsets'],
          operations: ['CREATE', 'UPDATE'],
        },
      ],
    },
  ],
});

/** Whether a dry run of a create in the namespace gets what webhooks add. */
export async function untilCreatesHave(
  { api }: ClusterClient,
  { namespace }: Pick<Sandbox, 'namespace'>,
  text: string,
): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments?dryRun=All`;
  const body = Object.assign({}, web(), { metadata: { name: 'probe' } });
  await eventually(
    async () => {
      const answer = await api.open(path, { method: 'POST', body });
      return (await answer.text()).includes(text);
    },
    { what: `the API server calling the webhook that writes ${text}`, timeoutMs: 20_000 },
  );
}

/**
 * A webhook that the API server calls after lockstep, in the order of their names. It resolves tags of images to
 * digests, as image policies do.
 */
export async function startLateWebhook(
  cluster: ClusterClient,
  probe: Pick<Sandbox, 'namespace'>,
): Promise<{ stop(): Promise<void> }> {
  const notAfter = new Date(Date.now() + 3_600_000);
  const { ca, cert, key } = await issueCertificates({
    names: ['localhost'],
    addresses: ['127.0.0.1'],
    notAfter,
  });
  const server = createServer({ cert, key }, async (request, response) => {
    response.setHeader('content-type', 'application/json');
    const answer = answerTo(await json(request));
    response.end(
      JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await cluster.kubectlOk(['apply', '-f', '-'], { input: JSON.stringify(registration(port, ca)) });
  await untilCreatesHave(cluster, probe, DIGEST);
  return {
    async stop() {
      await cluster.kubectlOk(['delete', 'mutatingwebhookconfiguration', NAME]);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
