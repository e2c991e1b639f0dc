import { describe, expect, test } from 'vitest';
import { jobCopyName } from '../../src/copies/job-name.ts';
import {
  BASELINE,
  CONFIG_HASH,
  COPY_LABEL,
  COPY_OF,
  EDITED,
  IGNORE,
  USED_AT,
} from '../../src/marks/names.ts';
import { EVENTS } from '../../src/telemetry/events.ts';
import { job, jobUid } from '../kit/jobs.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import {
  type Act,
  copy,
  create,
  heavyWeb,
  metadata,
  NAME,
  OTHER,
  patch,
  pathsOf,
  remove,
  secretCopy,
  template,
  useActs,
  WORKLOADS,
} from './policy-acts.ts';

/** Fields that another kind does not have. */
const ONLY_OF_DEPLOYMENTS = ['its replicas', 'whether it is paused'];

const lockstep = useLockstep({ flags: ['--pin=on'], values: { 'pin.enabled': 'true' } });
const { box, paths, path, owners, asLockstep, asSomebody, asAdmin } = useActs(lockstep);

const JOB_UID = '6f1f9a01-7d0c-4a3c-8c63-0a1f7c2f4f43';
const OTHER_UID = '6f1f9a01-7d0c-4a3c-8c63-0a1f7c2f4f44';

/** The copy of the ConfigMap `app` for the Job with this uid, with these owners. */
const jobCopy = (uid: string, ...ownerReferences: readonly object[]) =>
  copy({ name: jobCopyName('app', uid), ownerReferences });
const jobOwner = (uid: string) => ({ apiVersion: 'batch/v1', kind: 'Job', name: 'task', uid });

describe('whoever has lockstep’s token', () => {
  test('is the user that the policies are for', async () => {
    const kubeconfig = await lockstep().cluster.kubeconfigFor({ namespace: 'lockstep', name: 'lockstep' });
    const { stderr } = await lockstep().cluster.kubectl(
      ['-n', box().namespace, 'create', 'configmap', 'any', '--from-literal=a=1'],
      { kubeconfig },
    );
    // Without the right to create ConfigMaps, the API server would not ask the policy.
    expect(stderr).toContain("ValidatingAdmissionPolicy 'lockstep-own-copies'");
  });

  test.each<[string, () => object]>([
    ['its replicas', () => ({ spec: { replicas: 9 } })],
    ['an image', () => template({ spec: { containers: [{ name: 'web', image: 'evil:1' }] } })],
    ['a label', () => metadata({ labels: { a: '1' } })],
    ['a finalizer', () => metadata({ finalizers: ['example.com/stay'] })],
    ['an owner', () => metadata({ ownerReferences: [OTHER] })],
    ['a label of the template', () => template(metadata({ labels: { a: '1' } }))],
    ['an annotation of others', () => metadata({ annotations: { 'example.com/a': '1' } })],
    ['an annotation of the template', () => template(metadata({ annotations: { 'example.com/a': '1' } }))],
    ['a setting for lockstep', () => metadata({ annotations: { [IGNORE]: '*' } })],
    ['the account of its pods', () => template({ spec: { serviceAccountName: 'admin' } })],
    ['whether it is paused', () => ({ spec: { paused: true } })],
  ])('cannot change of a workload, whatever its kind: %s', async (changed, body) => {
    for (const { kind, resource } of WORKLOADS) {
      const said = await asLockstep(patch(`${paths().workloads}/${resource}/web`, body()));
      // The field is not part of the other kinds, so the API server drops it, and nothing changes.
      if (said === '' && kind !== 'Deployment' && ONLY_OF_DEPLOYMENTS.includes(changed)) continue;
      expect({ kind, said }).toEqual({
        kind,
        said: expect.stringContaining('lockstep’s account changes nothing of a workload but'),
      });
    }
  });

  test.each(WORKLOADS)(
    'can write lockstep’s records onto a $kind, and take them away',
    async ({ resource }) => {
      const marks = (value: string | null) => ({
        metadata: { annotations: { [BASELINE]: value } },
        ...template(metadata({ annotations: { [CONFIG_HASH]: value } })),
      });
      const path = `${paths().workloads}/${resource}/web`;
      expect(await asLockstep(patch(path, marks('v1-a')))).toBe('');
      expect(await asLockstep(patch(path, marks(null)))).toBe('');
    },
  );

  test('can note a rollout after an edit on a workload, and not on its template', async () => {
    for (const { resource } of WORKLOADS) {
      const path = `${paths().workloads}/${resource}/web`;
      const note = metadata({ annotations: { [EDITED]: '2026-01-01T00:00:00Z configmap/app' } });
      expect(await asLockstep(patch(path, note))).toBe('');
      expect(await asLockstep(patch(path, metadata({ annotations: { [EDITED]: null } })))).toBe('');
      expect(await asLockstep(patch(path, template(note)))).toContain(
        'lockstep’s account changes nothing of a workload but',
      );
    }
  });

  test('can record the Events that lockstep knows, about sources and workloads, and no others', async () => {
    const event = (reason: string, kind: string, more: object = {}) => ({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { generateName: 'e-' },
      regarding: { kind, namespace: box().namespace, name: 'web' },
      type: 'Normal',
      action: 'Test',
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'lockstep.dev/lockstep',
      reportingInstance: 'test',
      reason,
      ...more,
    });
    for (const reason of Object.keys(EVENTS))
      for (const kind of ['ConfigMap', 'Deployment'])
        expect(await asLockstep(create(paths().events, event(reason, kind))), reason).toBe('');
    const ONLY = 'lockstep’s account creates only events';
    expect(await asLockstep(create(paths().events, event('Killing', 'Pod')))).toContain(ONLY);
    const ofKubelet = event('Rolled', 'Deployment', { reportingController: 'kubelet' });
    expect(await asLockstep(create(paths().events, ofKubelet))).toContain(ONLY);
  });

  test.each<[string, () => Act]>([
    ...WORKLOADS.flatMap(({ kind, resource, object }): [string, () => Act][] => [
      [`makes a ${kind}`, () => create(`${paths().workloads}/${resource}`, object)],
      [`deletes a ${kind}`, () => remove(`${paths().workloads}/${resource}/web`)],
    ]),
    ['makes a ConfigMap', () => create(paths().configMaps, { ...copy(), metadata: { name: 'any' } })],
    ['makes a copy that can be changed', () => create(paths().configMaps, copy({}, { immutable: false }))],
    ['makes a copy without a note', () => create(paths().configMaps, copy({ annotations: {} }))],
    [
      'makes a copy that others find by a label',
      () => create(paths().configMaps, copy({ labels: { [COPY_LABEL]: 'true', grafana_dashboard: '1' } })),
    ],
    [
      'makes a token of a ServiceAccount',
      () =>
        create(
          paths().secrets,
          secretCopy('kubernetes.io/service-account-token', {
            'kubernetes.io/service-account.name': 'default',
          }),
        ),
    ],
    ['makes a token for nodes', () => create(paths().secrets, secretCopy('bootstrap.kubernetes.io/token'))],
    [
      'makes a copy that cannot be deleted',
      () => create(paths().configMaps, copy({ finalizers: ['example.com/stay'] })),
    ],
    ['makes a copy where lockstep does not act', () => create(pathsOf('kube-system').configMaps, copy())],
    ['makes a copy beside lockstep', () => create(pathsOf('lockstep').configMaps, copy())],
    [
      'makes the copy of a Job for another Job',
      () => create(paths().configMaps, jobCopy(JOB_UID, jobOwner(OTHER_UID))),
    ],
    ['makes the copy of a Job for nobody', () => create(paths().configMaps, jobCopy(JOB_UID))],
    [
      'makes the copy of a Job for others, too',
      () => create(paths().configMaps, jobCopy(JOB_UID, jobOwner(JOB_UID), ...owners())),
    ],
    ['deletes a ConfigMap', () => remove(`${paths().configMaps}/kube-root-ca.crt`)],
    ['changes a ConfigMap', () => patch(`${paths().configMaps}/kube-root-ca.crt`, { data: {} })],
    ['labels a copy', () => patch(path(), metadata({ labels: { a: '1' } }))],
    ['takes the label off a copy', () => patch(path(), metadata({ labels: { [COPY_LABEL]: null } }))],
    ['annotates a copy', () => patch(path(), metadata({ annotations: { a: '1' } }))],
    ['changes a note', () => patch(path(), metadata({ annotations: { [COPY_OF]: '{}' } }))],
    ['keeps a copy from deletion', () => patch(path(), metadata({ finalizers: ['example.com/stay'] }))],
    [
      'reports something as another component',
      () =>
        create(paths().coreEvents, {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: 'e' },
          involvedObject: { namespace: box().namespace },
          source: { component: 'kubelet' },
        }),
    ],
    [
      'relabels its Lease',
      () =>
        patch(
          '/apis/coordination.k8s.io/v1/namespaces/lockstep/leases/lockstep',
          metadata({ labels: { a: '1' } }),
        ),
    ],
    [
      'takes another Lease',
      () =>
        create('/apis/coordination.k8s.io/v1/namespaces/lockstep/leases', {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'other' },
        }),
    ],
  ])('is refused if he %s', async (_, act) => {
    expect(await asLockstep(act())).toMatch(/lockstep-own-.*denied request: lockstep’s account /);
  });

  test('can change who owns a copy and when it was used, and put back a note that is gone', async () => {
    expect(await asLockstep(patch(path(), metadata({ ownerReferences: owners().slice(1) })))).toBe('');
    expect(await asLockstep(patch(path(), metadata({ annotations: { [USED_AT]: 'now' } })))).toBe('');
    expect(await asAdmin(patch(path(), metadata({ annotations: { [COPY_OF]: null } })))).toBe('');
    expect(await asLockstep(patch(path(), metadata({ annotations: { [COPY_OF]: '{}' } })))).toBe('');
    expect(await asLockstep(create(paths().secrets, secretCopy('Opaque')))).toBe('');
    expect(await asLockstep(remove(path()))).toBe('');
  });

  test('can make the copy of a Job for that Job, and then neither change nor delete it', async () => {
    // A real one: Kubernetes collects what an invented owner has.
    await box().apply(job({ spec: { suspend: true } }));
    const uid = await jobUid(box());
    const made = jobCopy(uid, jobOwner(uid));
    expect(await asSomebody(create(paths().configMaps, made))).toContain('only lockstep creates');
    expect(await asLockstep(create(paths().configMaps, made))).toBe('');
    const ofJob = `${paths().configMaps}/${jobCopyName('app', uid)}`;
    const WHY = 'lockstep’s account creates the copy of a Job for that Job alone';
    expect(await asLockstep(patch(ofJob, metadata({ ownerReferences: owners() })))).toContain(WHY);
    expect(await asLockstep(remove(ofJob))).toContain(WHY);
    expect(await asSomebody(patch(ofJob, metadata({ annotations: { [COPY_OF]: '{}' } })))).toContain(
      'only lockstep',
    );
    expect(await asSomebody(remove(ofJob))).toBe('');
  });

  test('can still write to the largest objects', async () => {
    const mark = template(metadata({ annotations: { [CONFIG_HASH]: 'v1-a' } }));
    const heavy = [
      heavyWeb('values', 100, 'x'.repeat(2_400)),
      heavyWeb('keys', 990, 'x'.repeat(240)),
      heavyWeb('more-keys', 1_100, 'x'.repeat(200)),
      heavyWeb('containers', 10, 'x', 100),
    ];
    for (const each of heavy) {
      await (await lockstep().cluster.api.open(paths().deployments, { method: 'POST', body: each })).dump();
      const name = String(Reflect.get(Object(Reflect.get(each, 'metadata')), 'name'));
      expect(await asLockstep(patch(`${paths().deployments}/${name}`, mark))).toBe('');
    }
    const large = { metadata: { ...copy().metadata, name: NAME.replace('app', 'large') } };
    const data = {
      a: 'x'.repeat(1_000_000),
      ...Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [i, ''])),
    };
    expect(await asLockstep(create(paths().configMaps, { ...copy(), ...large, data }))).toBe('');
    const ofLarge = `${paths().configMaps}/${large.metadata.name}`;
    expect(await asLockstep(patch(ofLarge, metadata({ ownerReferences: owners() })))).toBe('');
    expect(await asSomebody(patch(ofLarge, metadata({ labels: { a: '1' } })))).toBe('');
  });
});
