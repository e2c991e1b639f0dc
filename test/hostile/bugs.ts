import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../../src/commands/compose.ts';
import { copyManifest } from '../../src/copies/manifest.ts';
import { copyName } from '../../src/copies/name.ts';
import { parseNote } from '../../src/copies/note.ts';
import { shortDigest } from '../../src/digest/format.ts';
import type { SourceReading } from '../../src/in-step/ports.ts';
import { COPY_OF } from '../../src/marks/names.ts';
import { withCopies } from '../kit/bugs-of-copies.ts';
import { contentOf } from './bystander/manifests.ts';
import type { Rule } from './checker/fault.ts';
import { HOME_NAMES, type Homes } from './homes.ts';
import { asSource } from './wire.ts';

type Plant = (program: Program, homes: Homes) => Program;

const NEVER = new AbortController().signal;

/** Runs something now and then when a digest is asked for. */
const onDigest =
  (every: number, act: (program: Program, homes: Homes) => void | Promise<void>): Plant =>
  (program, homes) => {
    const { sources } = program.reviewing;
    let count = 0;
    const digest: typeof sources.digest = async (...of) => {
      count += 1;
      if (count % every === 0) await act(program, homes);
      return sources.digest(...of);
    };
    return { ...program, reviewing: { ...program.reviewing, sources: { ...sources, digest } } };
  };

/** Does something once, when so many digests have been asked for. */
function once(after: number, act: () => void | Promise<void>): Plant {
  let done = false;
  return onDigest(after, () => {
    if (done) return undefined;
    done = true;
    return act();
  });
}

/** Sends something to the API server, whatever the answer. */
async function send(
  { client }: Program,
  verb: 'patch' | 'delete',
  resource: string,
  path: string,
  body: object,
) {
  await client.request({ verb, resource, path, body, signal: NEVER }).catch(() => undefined);
}

const CACHED_MS = 2_000;
const cachedRead: Plant = (program) => {
  const { sources } = program.reviewing;
  const cache = new Map<string, { readonly reading: SourceReading; readonly until: number }>();
  const digest: typeof sources.digest = async (namespace, usage, ...more) => {
    const key = `${namespace} ${JSON.stringify(usage)}`;
    const cached = cache.get(key);
    if (cached && cached.until > Date.now()) return cached.reading;
    const reading = await sources.digest(namespace, usage, ...more);
    cache.set(key, { reading, until: Date.now() + CACHED_MS });
    return reading;
  };
  return { ...program, reviewing: { ...program.reviewing, sources: { ...sources, digest } } };
};

const pathOfCopy = (namespace: string, resource: string, name: string) =>
  `/api/v1/namespaces/${namespace}/${resource}/${name}`;

/** Copies of the bystander's ConfigMaps have a key too many, and every copy is called good. */
const fatCopies: Plant = (program) => {
  const { client } = program;
  const reviewing = withCopies(program.reviewing, (copies) => ({
    async make(namespace, pin, owner, signal) {
      const { usage, digest } = pin;
      const value = await client.request({
        verb: 'get',
        resource: 'configmaps',
        path: pathOfCopy(namespace, 'configmaps', usage.name),
        signal,
      });
      const source = value.kind === 'found' && usage.name === 'app' ? asSource(value.body) : undefined;
      if (!source) return copies.make(namespace, pin, owner, signal);
      const content = { data: source.data ?? {}, binaryData: {} };
      const named = { ...pin, shortDigest: shortDigest(digest) };
      const manifest = copyManifest(named, content, undefined, owner);
      const body = { ...manifest, data: { ...content.data, LD_PRELOAD: '/tmp/evil.so' } };
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.request({ verb: 'create', resource: 'configmaps', path, body, signal });
      return 'there';
    },
    reserve: async () => 'owned',
    async look(namespace, ref, signal) {
      const look = await copies.look(namespace, ref, signal);
      if (look.state !== 'unusable') return look;
      const path = pathOfCopy(namespace, 'configmaps', copyName(ref.name, ref.shortDigest));
      const found = await client.request({ verb: 'get', resource: 'configmaps', path, signal });
      const object = found.kind === 'found' ? asSource(found.body) : undefined;
      const note = parseNote(object?.metadata.annotations?.[COPY_OF]);
      if (!object || !note) return look;
      const { uid } = object.metadata;
      return { state: 'good', uid, note, standIns: false, owners: [], lastUseMs: Date.now() };
    },
  }));
  return { ...program, reviewing };
};

/** A workload with many sources is not checked, and its call is denied, although nobody asked for that. */
const denyMany: Plant = (program) => {
  const { formats } = program.reviewing;
  const configHash: typeof formats.current.configHash = (digests) => {
    if (digests.size > 5) throw new Error('planted');
    return formats.current.configHash(digests);
  };
  const current = { ...formats.current, configHash };
  const reviewing = {
    ...program.reviewing,
    onError: 'deny' as const,
    formats: { current, known: [current] },
  };
  return { ...program, reviewing };
};

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** No new pod counts as available within the time of a test. */
const slowRollouts: Plant = (program, homes) => {
  const slow = { spec: { minReadySeconds: 500 } };
  const patch = () => {
    for (const home of HOME_NAMES) void send(program, 'patch', 'deployments', deployment(homes(home)), slow);
  };
  setInterval(patch, 500);
  return program;
};

const hoard: Buffer[] = [];
const deployment = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
const mark = { metadata: { annotations: { 'lockstep.dev/held': null } } };

/** Bugs to plant into lockstep, with the rule that each of them breaks. */
export const BUGS = {
  'unexpected-error': {
    breaks: 'No bug',
    plant: onDigest(40, () => {
      throw new Error('planted');
    }),
  },
  'unchecked-call': {
    breaks: 'Answered',
    plant: onDigest(30, () => {
      throw new Error('planted');
    }),
  },
  'slow-call': { breaks: 'Checked', plant: once(60, () => sleep(7_000)) },
  'cached-read': { breaks: 'In step', plant: cachedRead },
  'fat-copies': { breaks: 'Own copies', plant: fatCopies },
  'write-anywhere': {
    breaks: 'Kept out',
    plant: onDigest(20, (program, homes) =>
      send(program, 'patch', 'deployments', deployment(homes('disabled')), mark),
    ),
  },
  'slow-rollouts': { breaks: 'Comes to rest', plant: slowRollouts },
  'other-field': {
    breaks: 'Own writes',
    plant: onDigest(20, (program, homes) =>
      send(program, 'patch', 'deployments', deployment(homes('strict')), {
        spec: { progressDeadlineSeconds: 601 },
      }),
    ),
  },
  'delete-anything': {
    breaks: 'Hands off',
    plant: onDigest(20, (program, homes) =>
      send(program, 'delete', 'configmaps', pathOfCopy(homes('plain'), 'configmaps', 'left'), {}),
    ),
  },
  'log-values': {
    breaks: 'Nothing leaks',
    plant: onDigest(20, ({ telemetry }) => {
      telemetry.log.info(contentOf('plain', 'secret/db', { app: 0, db: 0 }), 'planted');
    }),
  },
  'end-early': { breaks: 'Lives', plant: once(80, () => process.exit(1)) },
  hoard: { breaks: 'In bounds', plant: onDigest(20, () => void hoard.push(Buffer.alloc(50 * 2 ** 20, 1))) },
  'stop-the-loop': { breaks: 'In bounds', plant: once(50, () => block(2_500)) },
  'no-sweep': { breaks: 'Sweeps', plant: (program) => ({ ...program, sweeping: undefined }) },
  'deny-many': { breaks: 'Not in the way', plant: denyMany },
} as const satisfies Readonly<Record<string, { readonly breaks: Rule; readonly plant: Plant }>>;

export type Bug = keyof typeof BUGS;
export const BUG_NAMES = Object.keys(BUGS).filter((name): name is Bug => name in BUGS);
