import { describe, expect, test } from 'vitest';
import { parseList } from '../../lab/control-plane/objects.ts';
import { COPY_LABEL, COPY_OF, USED_AT } from '../../src/marks/names.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type Act, copy, create, metadata, NAME, OTHER, patch, remove, useActs } from './policy-acts.ts';

const lockstep = useLockstep({ flags: ['--pin=on'], values: { 'pin.enabled': 'true' } });
const { box, paths, path, owners, asLockstep, asSomebody } = useActs(lockstep);

describe('somebody who may create and change ConfigMaps', () => {
  test.each<[string, () => Act]>([
    ['makes a copy', () => create(paths().configMaps, copy({ name: NAME.replace('app', 'web') }))],
    [
      'takes the name of a copy',
      () => create(paths().configMaps, { metadata: { name: NAME.replace('app', 'x') } }),
    ],
    [
      'takes a name that pods may read',
      () => create(paths().configMaps, { metadata: { name: 'app-lockstep-absent' } }),
    ],
    ['labels as a copy what he makes', () => create(paths().configMaps, copy({ name: 'mine' }))],
    [
      'labels as a copy what is there',
      () => ({
        ...patch(path(), metadata({ labels: { [COPY_LABEL]: '' } })),
        path: `${paths().configMaps}/kube-root-ca.crt`,
      }),
    ],
    ['takes the label off a copy', () => patch(path(), metadata({ labels: { [COPY_LABEL]: null } }))],
    ['changes a note', () => patch(path(), metadata({ annotations: { [COPY_OF]: '{}' } }))],
    ['says when a copy was used', () => patch(path(), metadata({ annotations: { [USED_AT]: 'now' } }))],
    [
      'changes the name of an owner',
      () =>
        patch(path(), metadata({ ownerReferences: owners().map((owner) => ({ ...owner, name: 'other' })) })),
    ],
    ['adds an owner', () => patch(path(), metadata({ ownerReferences: [...owners(), OTHER] }))],
  ])('is refused if he %s', async (_, act) => {
    expect(await asSomebody(act())).toMatch(/'lockstep-copies' denied request: only lockstep /);
  });
});

describe('everybody else goes on as before', () => {
  test('with other labels and annotations of a copy, with writes that change nothing, and with deletions', async () => {
    const other = metadata({ labels: { a: '1' }, annotations: { a: '1' } });
    expect(await asSomebody(patch(path(), other))).toBe('');
    // As a migration of the storage does.
    const body = Object(await lockstep().cluster.api.get(path()));
    expect(await asSomebody({ method: 'PUT', path: path(), body })).toBe('');
    expect(await asSomebody(remove(path()))).toBe('');
  });

  test('with what the garbage collector does, whatever its name is', async () => {
    expect(await asSomebody(patch(path(), metadata({ ownerReferences: owners().slice(1) })))).toBe('');
    expect(await asSomebody(patch(path(), metadata({ ownerReferences: null })))).toBe('');
  });

  test('with an object of his own that was there before the policies, whatever its name is', async () => {
    const own = { metadata: { name: 'legacy-lockstep-0123456789abcdef' }, data: { a: '1' } };
    // The owner of the cluster is exempt here, and stands for a time without policies.
    const { api } = lockstep().cluster;
    await (await api.open(paths().configMaps, { method: 'POST', body: own })).dump();
    const change = {
      ...patch(path(), { data: { a: '2' } }),
      path: `${paths().configMaps}/${own.metadata.name}`,
    };
    expect(await asSomebody(change)).toBe('');
    const forge = { ...change, body: metadata({ annotations: { [COPY_OF]: '{}' } }) };
    expect(await asSomebody(forge)).toMatch(/only lockstep /);
  });

  test('with names and labels that are no copy’s', async () => {
    for (const name of [
      'app-lockstep-config',
      'lockstep-0123456789abcdef',
      'app-lockstep-0123456789',
      'my-lockstep',
    ]) {
      expect(await asSomebody(create(paths().configMaps, { metadata: { name } }))).toBe('');
    }
  });
});

describe('the controllers of Kubernetes', () => {
  const source = (name: string) => create(paths().configMaps, { metadata: { name } });
  const uidOf = async (name: string) =>
    parseList(await box().read('configmaps')).items.find(({ metadata }) => metadata.name === name)?.metadata
      .uid;
  const names = async () =>
    parseList(await box().read('configmaps')).items.map(({ metadata: { name } }) => name);
  const ownersNow = async () =>
    parseList(await box().read('configmaps')).items.find(({ metadata: { name } }) => name === NAME)?.metadata
      .ownerReferences;

  /** A copy that a ConfigMap owns, which is then deleted in one of the three ways. */
  async function orphanedBy(propagationPolicy: string, besides: readonly object[]): Promise<void> {
    const name = `owner-${propagationPolicy.toLowerCase()}`;
    await asSomebody(source(name));
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name, uid: await uidOf(name) };
    const owned = [...besides, { ...owner, blockOwnerDeletion: true }];
    expect(await asLockstep(patch(path(), metadata({ ownerReferences: owned })))).toBe('');
    expect(await asSomebody(remove(`${paths().configMaps}/${name}`, { propagationPolicy }))).toBe('');
  }

  test('take an owner off a copy that has another one', async () => {
    await orphanedBy('Foreground', owners());
    await expect.poll(ownersNow).toHaveLength(2);
  });

  test('leave a copy whose owner is deleted alone', async () => {
    await orphanedBy('Orphan', []);
    await expect.poll(async () => (await ownersNow()) ?? 'none').toBe('none');
  });

  test('delete a copy with its last owner, and with its namespace', async () => {
    await orphanedBy('Background', []);
    await expect.poll(names).not.toContain(NAME);
    expect(await asLockstep(create(paths().configMaps, copy({ ownerReferences: owners() })))).toBe('');
    await box().kubectl(['delete', 'namespace', box().namespace, '--wait=false']);
    await expect.poll(names, { timeout: 30_000 }).toEqual([]);
  });
});
