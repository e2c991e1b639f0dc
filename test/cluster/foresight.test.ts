import { expect, test } from 'vitest';
import { foresight } from '../../src/cluster/foresight.ts';
import type { LiveSources } from '../../src/cluster/sources.ts';
import { v1 } from '../../src/digest/format.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { READING } from '../kit/ports.ts';

const WEB = { kind: DEPLOYMENT, namespace: 'shop', name: 'web' };
const APP = { kind: 'configmap', name: 'app' } as const;
const { signal } = new AbortController();

type Metadata = LiveSources['metadata'];

/** Sources whose digests are confirmed by one read of metadata each. `reads` has the paths, in order. */
function liveSources(read: Metadata = async () => undefined) {
  const reads: string[] = [];
  const signals: AbortSignal[] = [];
  const metadata: Metadata = (path, resource, given) => {
    reads.push(path);
    signals.push(given);
    return read(path, resource, given);
  };
  const reading: LiveSources['with'] = (confirm) => ({
    async digest(namespace, { kind, name }, _format, given) {
      await confirm(`/api/v1/namespaces/${namespace}/${kind}s/${name}`, `${kind}s`, given);
      return { ...READING, digest: 'd' };
    },
    times: async () => undefined,
  });
  return { reads, signals, live: { ...reading(metadata), metadata, with: reading } satisfies LiveSources };
}

test('nothing is read of a workload that is not known, and what is known of another one does not count', () => {
  const { reads, live } = liveSources();
  const { begin, learn } = foresight(live);
  learn({ ...WEB, name: 'api' }, [APP]);
  learn({ ...WEB, namespace: 'bank' }, [APP]);
  expect(begin(WEB, signal)).toBeUndefined();
  expect(reads).toEqual([]);
});

test('what is known is read at once, and used once: the next use reads it again', async () => {
  const { reads, live } = liveSources();
  const { begin, learn } = foresight(live);
  learn(WEB, [APP, { kind: 'secret', name: 'db' }]);
  const { sources } = begin(WEB, signal) ?? expect.unreachable();
  const [app, db] = ['/api/v1/namespaces/shop/configmaps/app', '/api/v1/namespaces/shop/secrets/db'];
  expect(reads).toEqual([app, db]);
  await sources.digest('shop', ALL_OF_APP, v1(), signal);
  expect(reads).toEqual([app, db]);
  await sources.digest('shop', ALL_OF_APP, v1(), signal);
  expect(reads).toEqual([app, db, app]);
});

test('a read that has failed is made again by who needs it', async () => {
  let fails = true;
  const { reads, live } = liveSources(async () => {
    if (!fails) return undefined;
    fails = false;
    throw new Error('broken');
  });
  const { begin, learn } = foresight(live);
  learn(WEB, [APP]);
  const { sources } = begin(WEB, signal) ?? expect.unreachable();
  await sources.digest('shop', ALL_OF_APP, v1(), signal);
  expect(reads).toHaveLength(2);
});

test('its end gives up what is under way, and so does that of the call', () => {
  const { signals, live } = liveSources(() => new Promise(() => undefined));
  const { begin, learn } = foresight(live);
  learn(WEB, [APP]);
  begin(WEB, signal)?.end();
  const call = new AbortController();
  begin(WEB, call.signal);
  begin(WEB, signal);
  call.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
});

test.each([
  ['none', []],
  ['too many', Array.from({ length: 17 }, (_, i) => ({ kind: 'configmap' as const, name: `app-${i}` }))],
])('of a workload that has %s now, nothing is read ahead any more', (_, sources) => {
  const { reads, live } = liveSources();
  const { begin, learn } = foresight(live);
  learn(WEB, [APP]);
  learn(WEB, sources);
  expect(begin(WEB, signal)).toBeUndefined();
  expect(reads).toEqual([]);
});

test('a workload with many sources, or with names that no object can have, is not foreseen', () => {
  const { reads, live } = liveSources();
  const { begin, learn } = foresight(live);
  learn(
    WEB,
    Array.from({ length: 17 }, (_, i) => ({ kind: 'configmap', name: `app-${i}` })),
  );
  expect(begin(WEB, signal)).toBeUndefined();
  learn(WEB, [{ kind: 'configmap', name: '..' }]);
  expect(begin(WEB, signal)).toBeUndefined();
  expect(reads).toEqual([]);
});
