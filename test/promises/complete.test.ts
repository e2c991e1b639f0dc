import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { references } from '../../src/references/references.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';
import { useCluster } from '../kit/use-cluster.ts';

/** The parts of an OpenAPI schema that a walk needs. */
const Schema = Type.Cyclic(
  {
    Schema: Type.Object({
      $ref: Type.Optional(Type.String()),
      allOf: Type.Optional(Type.Array(Type.Ref('Schema'))),
      properties: Type.Optional(Type.Record(Type.String(), Type.Ref('Schema'))),
      items: Type.Optional(Type.Ref('Schema')),
      type: Type.Optional(Type.String()),
    }),
  },
  'Schema',
);
interface SchemaNode {
  readonly $ref?: string;
  readonly allOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly type?: string;
}
const document = Compile(
  Type.Object({ components: Type.Object({ schemas: Type.Record(Type.String(), Schema) }) }),
);

/** A field of the pod template that names a ConfigMap or a Secret. */
interface Selector {
  /** `spec.containers[0].envFrom[0].configMapRef` */
  readonly path: string;
  readonly steps: readonly (string | number)[];
  /** The fields of the selecting object. Empty if the field is the name itself. */
  readonly fields: readonly string[];
}

/**
 * Names in a pod template that are not configuration of the pod. The kubelet or a driver uses these Secrets
 * for an image or a storage system. Pods do not see them.
 */
const NOT_CONFIGURATION = [
  'spec.imagePullSecrets[0]',
  'spec.volumes[0].azureFile.secretName',
  // A path on the node.
  'spec.volumes[0].cephfs.secretFile',
  'spec.volumes[0].cephfs.secretRef',
  'spec.volumes[0].cinder.secretRef',
  'spec.volumes[0].csi.nodePublishSecretRef',
  'spec.volumes[0].flexVolume.secretRef',
  'spec.volumes[0].iscsi.secretRef',
  'spec.volumes[0].rbd.secretRef',
  'spec.volumes[0].scaleIO.secretRef',
  'spec.volumes[0].storageos.secretRef',
];
/** Not possible in a workload's template: the API server refuses it. */
const NOT_IN_TEMPLATES = /^spec\.ephemeralContainers/;

const NAMES_A_SOURCE = /configmap|secret/i;

function selectors(
  schemas: Readonly<Record<string, SchemaNode>>,
  node: SchemaNode,
  path: string,
  steps: readonly (string | number)[],
  above: readonly string[] = [],
): Selector[] {
  const ref = (node.$ref ?? node.allOf?.[0]?.$ref)?.split('/').at(-1);
  const resolved = ref === undefined ? node : (schemas[ref] ?? {});
  if (ref !== undefined && above.includes(ref)) return [];
  const deeper = ref === undefined ? above : [...above, ref];
  const field = String(steps.findLast((step) => typeof step === 'string') ?? '');
  const named = NAMES_A_SOURCE.test(field) || NAMES_A_SOURCE.test(ref?.split('.').at(-1) ?? '');
  const fields = Object.keys(resolved.properties ?? {});
  const names = fields.some((name) => name === 'name' || name === 'secretName');
  const own = named && (names || resolved.type === 'string') ? [{ path, steps, fields }] : [];
  // The name inside a selecting object is not another selector.
  if (own.length > 0) return own;
  const inner = Object.entries(resolved.properties ?? {}).flatMap(([name, child]) =>
    selectors(schemas, child, path === '' ? name : `${path}.${name}`, [...steps, name], deeper),
  );
  const items = resolved.items ? selectors(schemas, resolved.items, `${path}[0]`, [...steps, 0], deeper) : [];
  return [...inner, ...items];
}

/** A template with only this selector. It names `source` and, if it can, the key `key`. */
function templateWith({ steps, fields }: Selector): PodTemplate {
  const leaf = {
    [fields.includes('secretName') ? 'secretName' : 'name']: 'source',
    ...(fields.includes('key') && { key: 'key' }),
  };
  return steps.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    leaf,
  ) as PodTemplate;
}

test('every field of a pod template that names a ConfigMap or a Secret is a reference, or is listed as not configuration', async () => {
  const { stdout } = await useCluster().kubectlOk(['get', '--raw', '/openapi/v3/apis/apps/v1']);
  const openApi: unknown = JSON.parse(stdout);
  if (!document.Check(openApi)) throw new Error('the API server’s OpenAPI document has another shape');
  const { schemas } = openApi.components;
  const start: SchemaNode = { $ref: '#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec' };
  const found = selectors(schemas, start, '', []).filter(({ path }) => !NOT_IN_TEMPLATES.test(path));
  const seen = found.filter((selector) => {
    const [reference, ...more] = references(templateWith(selector));
    return reference?.name === 'source' && reference.where === selector.path && more.length === 0;
  });

  expect(seen.map(({ path }) => path).sort()).toMatchInlineSnapshot(`
    [
      "spec.containers[0].envFrom[0].configMapRef",
      "spec.containers[0].envFrom[0].secretRef",
      "spec.containers[0].env[0].valueFrom.configMapKeyRef",
      "spec.containers[0].env[0].valueFrom.secretKeyRef",
      "spec.initContainers[0].envFrom[0].configMapRef",
      "spec.initContainers[0].envFrom[0].secretRef",
      "spec.initContainers[0].env[0].valueFrom.configMapKeyRef",
      "spec.initContainers[0].env[0].valueFrom.secretKeyRef",
      "spec.volumes[0].configMap",
      "spec.volumes[0].projected.sources[0].configMap",
      "spec.volumes[0].projected.sources[0].secret",
      "spec.volumes[0].secret",
    ]
  `);
  const unseen = found.filter((selector) => !seen.includes(selector)).map(({ path }) => path);
  expect(unseen.sort()).toEqual([...NOT_CONFIGURATION].sort());
});
