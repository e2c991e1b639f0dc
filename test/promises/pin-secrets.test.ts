import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../certs/issue.ts';
import { DEPLOYMENT, type Kind } from '../../lab/lockstep/kinds.ts';
import { secret } from '../../lab/lockstep/manifests.ts';
import { copiesIn, copyOf, eventsIn, PIN, readBy, replacePods } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence } from '../kit/expectations.ts';
import { forKinds, onEach, PINNED_KINDS, podCount } from '../kit/kinds.ts';
import { scale, setsAfterAll } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const K1 = 'a key of the installation, and not a short one';
const K2 = 'another key, made when the first was replaced';
const VALUE = 'the-value-of-a-secret';

const lockstep = useLockstep({ register: false });

async function withKeys(...keys: readonly string[]): Promise<void> {
  const file = join(lockstep().folder, 'keys');
  await writeFile(file, keys.join('\n'), { mode: 0o600 });
  await lockstep().restart(['--pin=on', '--secrets=on', '--secrets-key-file', file]);
  await lockstep().register({ 'pin.enabled': 'true', 'secrets.enabled': 'true' });
}

const reading = (...volumes: readonly object[]) => ({
  containers: [{ name: 'web', image: 'web:1' }],
  volumes: volumes.map((volume, i) => ({ name: `v${i}`, ...volume })),
});

async function startWeb(kind: Kind, podSpec: object, ...objects: readonly object[]): Promise<Sandbox> {
  const box = await lockstep().sandbox({}, kind);
  await box.apply(...objects, kind.web({ labels: PIN, podSpec }));
  await box.untilRolledOut();
  return box;
}

const ofDb = (kind: Kind) =>
  startWeb(kind, reading({ secret: { secretName: 'db' } }), secret({ password: VALUE }));
/** What all pods read that have been scaled to three. */
const allRead = ({ kind }: Sandbox, name: string) => Array.from({ length: podCount(kind, 3) }, () => [name]);

describe('copies of Secrets', () => {
  beforeAll(() => withKeys(K1));

  test('are Secrets of the same type, with the used keys; other keys that the type requires are empty', async () => {
    const { cert, key } = await (await createAuthority(new Date(Date.now() + 3_600_000))).issue({
      names: ['web'],
      addresses: [],
      notAfter: new Date(Date.now() + 3_600_000),
    });
    const box = await startWeb(
      DEPLOYMENT,
      reading(
        { secret: { secretName: 'db' } },
        { secret: { secretName: 'tls', items: [{ key: 'tls.crt', path: 'crt' }] } },
      ),
      secret({ password: VALUE }),
      { ...secret({ 'tls.crt': cert, 'tls.key': key }, 'tls'), type: 'kubernetes.io/tls' },
    );
    const names = [await copyOf(box, 'secret/db'), await copyOf(box, 'secret/tls')];
    expect(await readBy(box)).toEqual([names, names]);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    expect(await copiesIn(box, 'secrets')).toMatchObject([
      { type: 'Opaque', immutable: true, data: { password: base64(VALUE) } },
      { type: 'kubernetes.io/tls', immutable: true, data: { 'tls.crt': base64(cert), 'tls.key': '' } },
    ]);
    expect(await copiesIn(box)).toEqual([]);
  });

  test('Invariant 6, nothing leaks: no message about them contains a value, or a digest that could be searched for one', async () => {
    const box = await ofDb(DEPLOYMENT);
    const [copy] = await copiesIn(box, 'secrets');
    const said = JSON.stringify(copy?.metadata);
    const digest = createHash('sha256').update(VALUE).digest('hex');
    for (const text of [VALUE, Buffer.from(VALUE).toString('base64'), digest.slice(0, 16)]) {
      expect(said).not.toContain(text);
      expect(lockstep().program().lines.join()).not.toContain(text);
    }
  });

  test('are still read after a new key; without the old key they are not trusted, and a warning says so', async () => {
    const boxes = await forKinds(ofDb, PINNED_KINDS);
    const names = await onEach(boxes, (box) => copyOf(box, 'secret/db'));
    const sets = await setsAfterAll(boxes, async () => {
      await withKeys(K2, K1);
      await onEach(boxes, async (box) => expectSilence(await scale(box, 3)));
    });
    expect(sets).toEqual(boxes.map(() => 0));
    await onEach(boxes, replacePods);
    for (const [i, box] of boxes.entries()) expect(await readBy(box)).toEqual(allRead(box, names[i] ?? ''));
    await withKeys(K2);
    await onEach(boxes, async (box) => {
      await replacePods(box);
      expect(await readBy(box)).toEqual(allRead(box, 'db'));
      const why = 'the key of the digest of secret';
      await expect.poll(() => eventsIn(box, 'NotPinned')).toEqual([expect.stringContaining(why)]);
    });
  });
});
