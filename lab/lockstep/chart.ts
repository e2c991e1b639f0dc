import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseAllDocuments } from 'yaml';
import { ApiError } from '../control-plane/api.ts';
import type { ClusterClient } from '../control-plane/client.ts';

const CHART = fileURLToPath(new URL('../../charts/lockstep', import.meta.url));

/** The release, and its namespace. */
export const RELEASE = 'lockstep';

/** The manager of the fields that the chart sets. */
const MANAGER = 'helm';

const isManifest = Compile(
  Type.Object({
    apiVersion: Type.String(),
    kind: Type.String(),
    metadata: Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) }),
  }),
);

/** The path of an object of one of the chart's kinds: `ValidatingAdmissionPolicy`. */
function pathOf(manifest: unknown): string {
  if (!isManifest.Check(manifest)) throw new Error(`not a manifest: ${JSON.stringify(manifest)}`);
  const { apiVersion, kind, metadata } = manifest;
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const folder = metadata.namespace === undefined ? group : `${group}/namespaces/${metadata.namespace}`;
  return `${folder}/${kind.toLowerCase().replace(/y$/, 'ie')}s/${metadata.name}`;
}

/** Applies the chart's objects with these values. A process of `kubectl apply` costs ten times as much. */
export async function applyChart(
  { helmOk, api }: ClusterClient,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const sets = Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const { stdout } = await helmOk(['template', RELEASE, CHART, '--namespace', RELEASE, ...sets]);
  const manifests = parseAllDocuments(stdout)
    .map((document): unknown => document.toJS())
    .filter((manifest) => manifest !== null);
  await Promise.all(
    manifests.map((body) =>
      api.send(`${pathOf(body)}?fieldManager=${MANAGER}&force=true`, {
        method: 'PATCH',
        body,
        contentType: 'application/apply-patch+yaml',
      }),
    ),
  );
}

/** Removes the chart's registration, if it exists. Then the API server calls lockstep no more. */
export async function removeRegistration({ api }: ClusterClient): Promise<void> {
  const path = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${RELEASE}`;
  try {
    await api.send(path, { method: 'DELETE' });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
