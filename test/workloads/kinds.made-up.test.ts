/**
 * A kind of workload is one more row of the table. This kind is made up, and as unlike a Deployment as
 * possible: in a group of its own, with a deeply nested template, without replicas and without revisions.
 */
import jsonpatch from 'fast-json-patch';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { v1 } from '../../src/digest/format.ts';
import { bring } from '../../src/in-step/bring.ts';
import { injectMarks } from '../../src/manifests/inject.ts';
import { jsonPatchOf, mergePatchOf } from '../../src/marks/patch.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { checkOf } from '../../src/workloads/check.ts';
import { kindOfObject, kindOfResource, WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';
import { PodTemplate } from '../../src/workloads/pod-template.ts';
import { ObjectMeta } from '../../src/workloads/schema.ts';
import { nameOf, type WorkloadKind, workloadOf } from '../../src/workloads/workload.ts';
import { inStepDeps } from '../kit/ports.ts';

const Orchard = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({ tree: Type.Object({ pod: PodTemplate }) }),
});
type Orchard = Type.Static<typeof Orchard>;

const ORCHARD: WorkloadKind = {
  group: 'example.dev',
  version: 'v1beta1',
  kind: 'Orchard',
  resource: 'orchards',
  singular: 'orchard',
  templatePath: ['spec', 'tree', 'pod'],
  scale: false,
  revisions: undefined,
  undoBringsMetadata: false,
  controllerAnnotations: [],
  ceiling: false,
  check: checkOf(Orchard),
  fieldsOf: (orchard: Orchard) => ({
    template: orchard.spec.tree.pod,
    replicas: undefined,
    paused: false,
    strategy: { type: 'rolling', partition: 0, surge: true },
    selector: undefined,
    rollout: { observed: true, failed: false, revision: undefined, progress: 'complete' },
  }),
};
const KINDS = [...WORKLOAD_KINDS, ORCHARD];

const orchard = {
  apiVersion: 'example.dev/v1beta1',
  kind: 'Orchard',
  metadata: { name: 'apples', resourceVersion: '7' },
  spec: {
    rows: 3,
    tree: { age: 4, pod: { spec: { containers: [{ envFrom: [{ configMapRef: { name: 'app' } }] }] } } },
  },
};
const workload = workloadOf(ORCHARD, orchard, 'farm');
const found = { configMaps: { 'configmap/app': { a: '1' } } };
const annotations = {
  'lockstep.dev/config-hash': expect.stringMatching(/^v1-[0-9a-f]{64}$/),
  'lockstep.dev/config-sources': expect.stringMatching(/^\{"configmap\/app":"[0-9a-f]{16}"\}$/),
};

test('is found in the table by its objects and by its resource', () => {
  expect(kindOfObject(KINDS, orchard)).toBe(ORCHARD);
  expect(kindOfObject(KINDS, { ...orchard, apiVersion: 'apps/v1' })).toBeUndefined();
  expect(kindOfResource(KINDS, { group: 'example.dev', resource: 'orchards' })).toBe(ORCHARD);
  expect(kindOfResource(KINDS, { group: 'apps', resource: 'orchards' })).toBeUndefined();
  expect(nameOf(workload)).toBe('orchard/apples');
});

test('is assessed, and patched at its template', async () => {
  const { deps, asked } = inStepDeps({ ...found, workloads: [workload] });
  const target = {
    operation: 'scale',
    kind: ORCHARD,
    namespace: 'farm',
    name: 'apples',
    pinNamespace: false,
    signal: new AbortController().signal,
  } as const;
  const brought = await bring(deps, target, { dryRun: false, onError: 'allow' });
  expect(brought).toMatchObject({
    assessment: { name: 'orchard/apples', decision: { action: 'write', reason: 'not-recorded' } },
  });
  expect(asked.at(0)).toBe('read orchards farm/apples');
  expect(asked.at(-1)).toMatch(/^patch apples 7: /);
  if (brought.kind !== 'brought' || brought.assessment.decision.action === 'leave')
    throw new Error('not written');
  const { marks } = brought.assessment.decision;
  expect(mergePatchOf(ORCHARD, marks)).toMatchObject({
    spec: { tree: { pod: { metadata: { annotations } } } },
  });
  const patched = jsonpatch.applyPatch(structuredClone(orchard), jsonPatchOf(workload, marks)).newDocument;
  expect(patched).toEqual({
    ...orchard,
    spec: {
      ...orchard.spec,
      tree: { ...orchard.spec.tree, pod: { ...orchard.spec.tree.pod, metadata: { annotations } } },
    },
  });
});

test('gets its marks in manifests, too', async () => {
  const app = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: "1"}\n';
  const text = `# apples
apiVersion: example.dev/v1beta1
kind: Orchard
metadata:
  name: apples
spec:
  rows: 3 # as many as there are
  tree:
    pod:
      spec:
        containers:
          - envFrom: [{configMapRef: {name: app}}]
`;
  const files = [
    { name: 'app.yaml', text: app },
    { name: 'apples.yaml', text },
  ];
  const options = {
    namespace: 'farm',
    injectDefault: 'enabled',
    defaults: { secrets: false, include: true, ignore: [], rollOn: OPERATIONS },
    allowMissing: false,
    format: v1(),
  } as const;
  const without = await injectMarks(files, { ...options, kinds: WORKLOAD_KINDS });
  expect(without.changes).toEqual([]);
  const { changes, files: written } = await injectMarks(files, { ...options, kinds: KINDS });
  expect(changes).toEqual([{ place: 'apples.yaml:2:1', name: 'orchard/apples', reason: 'created' }]);
  const after = written[1]?.after ?? '';
  expect(after).toContain('rows: 3 # as many as there are');
  const [document] = parseAllDocuments(after).map((each): unknown => each.toJS());
  expect(document).toMatchObject({ spec: { rows: 3, tree: { pod: { metadata: { annotations } } } } });
});
