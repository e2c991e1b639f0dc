import { describe, expect, test } from 'vitest';
import { type Foreign, foreignReason, foreignText } from '../../src/copies/genuine.ts';
import { jobCopyName } from '../../src/copies/job-name.ts';
import type { CopyMeta } from '../../src/copies/manifest.ts';
import { copyName } from '../../src/copies/name.ts';

const DIGEST = 'd'.repeat(64);
const noteOf = (source: string, digest = DIGEST) =>
  JSON.stringify({ source, digest, data: 'all', binaryData: [] });
const meta = (changed: Partial<CopyMeta> = {}): CopyMeta => ({
  namespace: 'shop',
  name: copyName('app', 'd'.repeat(16)),
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-05-01T11:50:00Z',
  annotations: { 'lockstep.dev/copy-of': noteOf('configmap/app') },
  ...changed,
});
const owner = (apiVersion: string, kind: string) => ({ apiVersion, kind, name: 'n', uid: 'o' });
const UID = '6f1f9a01-7d0c-4a3c-8c63-0a1f7c2f4f43';
const jobOwner = (apiVersion = 'batch/v1', uid = UID) => ({ apiVersion, kind: 'Job', name: 'task', uid });
const ofJob = (...owners: CopyMeta['ownerReferences'] & object) =>
  meta({ name: jobCopyName('app', UID), ownerReferences: owners });
const ownedBy = (...owners: CopyMeta['ownerReferences'] & object) => meta({ ownerReferences: owners });

describe('an object with the label of copies', () => {
  test.each<[string, CopyMeta]>([
    ['a namespace', ownedBy(owner('v1', 'Namespace'))],
    ['a Deployment', ownedBy(owner('apps/v1', 'Deployment'))],
    ['ReplicaSets', ownedBy(owner('apps/v1', 'ReplicaSet'), owner('apps/v1', 'ReplicaSet'))],
    ['a StatefulSet', ownedBy(owner('apps/v1', 'StatefulSet'))],
    ['a ControllerRevision', ownedBy(owner('apps/v1', 'ControllerRevision'))],
    ['nobody', meta()],
    ['the Job that its name shows', ofJob(jobOwner())],
    ['nobody, named after a Job', ofJob()],
  ])('is a copy with the note and name of one, owned by %s', (_whom, of) => {
    expect(foreignReason('configmap', of)).toBeUndefined();
  });

  test('is a copy of a source whose name is cut in its own', () => {
    const source = 'n'.repeat(253);
    const annotations = { 'lockstep.dev/copy-of': noteOf(`configmap/${source}`) };
    expect(foreignReason('configmap', meta({ name: copyName(source, 'd'.repeat(16)), annotations }))).toBe(
      undefined,
    );
  });

  test.each<[string, Foreign, CopyMeta]>([
    ['without a note', 'no-note', meta({ annotations: null })],
    ['with a note of something else', 'no-note', meta({ annotations: { 'lockstep.dev/copy-of': '{}' } })],
    [
      'with the note of another kind',
      'no-note',
      meta({ annotations: { 'lockstep.dev/copy-of': noteOf('secret/app') } }),
    ],
    ['that is a clone under a name of its own', 'other-name', meta({ name: 'app-keep' })],
    [
      'with the note of another copy',
      'other-name',
      meta({ annotations: { 'lockstep.dev/copy-of': noteOf('configmap/app', 'e'.repeat(64)) } }),
    ],
    [
      'with a note of an absent source',
      'other-name',
      meta({ annotations: { 'lockstep.dev/copy-of': noteOf('configmap/app', 'absent') } }),
    ],
    ['of a Backup', 'other-owner', ownedBy(owner('v1', 'Namespace'), owner('example.com/v1', 'Backup'))],
    ['of a Deployment of another group', 'other-owner', ownedBy(owner('example.com/v1', 'Deployment'))],
    ['of a Namespace of another group', 'other-owner', ownedBy(owner('example.com/v1', 'Namespace'))],
    ['of a ControllerRevision of another group', 'other-owner', ownedBy(owner('v1', 'ControllerRevision'))],
    ['of a Job, without its name', 'other-owner', ownedBy(jobOwner())],
    ['of another Job than its name shows', 'other-owner', ofJob(jobOwner('batch/v1', 'other'))],
    ['of a Job of another group', 'other-owner', ofJob(jobOwner('batch.volcano.sh/v1alpha1'))],
    ['of a Job and a namespace', 'other-owner', ofJob(jobOwner(), owner('v1', 'Namespace'))],
    ['named after a Job and another source', 'other-name', meta({ name: jobCopyName('other', UID) })],
    ['of a ReplicaSet of another group', 'other-owner', ownedBy(owner('v1', 'ReplicaSet'))],
  ])('is foreign: %s', (_what, why, of) => {
    expect(foreignReason('configmap', of)).toBe(why);
  });
});

test('the log says which object stays, why, and what to do', () => {
  expect(foreignText({ kind: 'configmap', name: 'app-backup' }, 'no-note')).toBe(
    'left configmap/app-backup, which is labelled as a copy: ' +
      'it has no annotation lockstep.dev/copy-of that names its source. ' +
      'If nobody needs it, delete it; else remove its label lockstep.dev/copy',
  );
});
