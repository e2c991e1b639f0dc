import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { CommandError, run } from '../../lab/control-plane/run.ts';
import { configMap, list, secret, web } from '../../lab/lockstep/manifests.ts';
import { MAIN } from '../../lab/lockstep/program.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { plainDigestV1 } from '../../src/digest/source.ts';
import { forKinds, KINDS, onEach } from '../kit/kinds.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();
const THROWS = fileURLToPath(new URL('throwing-main.ts', import.meta.url));

/** Values that occur nowhere else, each with a place of its own. */
const marked = (place: string) => `marked-${place}-${randomBytes(8).toString('hex')}`;
const VALUES = {
  data: marked('data'),
  binaryData: marked('binary'),
  edited: marked('edited'),
  secret: marked('secret'),
  secretEdited: marked('secret-edited'),
} as const;

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/**
 * Everything that could reveal a value: the value itself, base64, and its plain SHA-256. The parts are long
 * enough to exclude a coincidence.
 */
function traces(value: string): string[] {
  const hashes = [value, `${value}\n`, Buffer.from(value).toString('base64')].map(sha256);
  return [
    value,
    Buffer.from(value).toString('base64').slice(0, -4),
    ...hashes.flatMap((hash) => [hash.toString('hex').slice(0, 16), hash.toString('base64').slice(0, 20)]),
  ];
}

/** What would reveal a Secret with this value if it were digested like a ConfigMap. */
function canonicalTrace(password: string): string {
  const usage = {
    kind: 'secret',
    name: 'db',
    data: [],
    binaryData: 'all',
    except: [],
    required: true,
  } as const;
  const binaryData = { password: Buffer.from(password).toString('base64') };
  return plainDigestV1(usage, { data: {}, binaryData }).slice(0, 16);
}

const ALL_TRACES = [
  ...Object.values(VALUES).flatMap(traces),
  canonicalTrace(VALUES.secret),
  canonicalTrace(VALUES.secretEdited),
];
const found = (text: string) => ALL_TRACES.filter((trace) => text.includes(trace));

const podSpec = {
  containers: [
    {
      name: 'web',
      image: 'web:1',
      envFrom: [{ configMapRef: { name: 'app' } }, { secretRef: { name: 'db' } }],
      volumeMounts: [{ name: 'files', mountPath: '/files' }],
    },
  ],
  volumes: [{ name: 'files', configMap: { name: 'app' } }],
};
const app = {
  ...configMap({ a: VALUES.data }),
  binaryData: { b: Buffer.from(VALUES.binaryData).toString('base64') },
};

/** The kinds that this file was tried with. */
const TRIED = KINDS;

let boxes: readonly Sandbox[] = [];
let keyFile = '';
/** Everything that users were told, and the whole output of the program. */
const said: string[] = [];

async function tell(box: Sandbox, args: readonly string[], input?: string): Promise<void> {
  const result = await box.kubectl(args, input).catch((error: unknown) => {
    if (error instanceof CommandError) return error.result;
    throw error;
  });
  said.push(result.stdout, result.stderr);
}

/** A scale-up, or the update that stands for it. */
const grown = ({ kind, subject }: Sandbox, size: string): readonly string[] =>
  kind.scales
    ? ['scale', subject, `--replicas=${size}`]
    : ['annotate', '--overwrite', subject, `size=${size}`];

/** Calls of every sort, with every outcome that needs no broken cluster. */
async function everythingIn(box: Sandbox, replicas: number): Promise<void> {
  const { kind } = box;
  const tellHere = (args: readonly string[], input?: string) => tell(box, args, input);
  await tellHere(['apply', '-f', '-'], list(kind.web({ podSpec, replicas })));
  await tellHere(['patch', 'configmap', 'app', '--patch', JSON.stringify({ data: { a: VALUES.edited } })]);
  if (kind.scales) await tellHere(['scale', box.subject, `--replicas=${replicas + 1}`, '--dry-run=server']);
  await tellHere(grown(box, `${replicas + 1}`));
  await tellHere([
    'patch',
    'secret',
    'db',
    '--patch',
    JSON.stringify({ stringData: { password: VALUES.secretEdited } }),
  ]);
  await tellHere(['annotate', box.subject, '--overwrite', 'lockstep.dev/ignore=nonsense']);
  await tellHere(['set', 'image', box.subject, `web=web:${replicas}`]);
  await tellHere(['rollout', 'undo', box.subject]);
  await tellHere(['annotate', box.subject, '--overwrite', 'lockstep.dev/roll-on=create']);
  await tellHere(['patch', 'configmap', 'app', '--patch', JSON.stringify({ data: { a: VALUES.data } })]);
  await tellHere(grown(box, `${replicas + 2}`));
  await tellHere(['annotate', box.subject, 'lockstep.dev/roll-on-', 'lockstep.dev/ignore-']);
  await tellHere(['delete', 'secret', 'db']);
  await tellHere(grown(box, `${replicas + 3}`));
  await tellHere(['apply', '-f', '-'], list(app, secret({ password: VALUES.secret })));
  await tellHere(['replace', '-f', '-'], list(kind.web({ podSpec, replicas })));
}

const everything = (replicas: number) => onEach(boxes, (box) => everythingIn(box, replicas));

async function metrics(): Promise<string> {
  const { adminPort } = lockstep().program();
  return (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
}

/** Restarts lockstep with Secrets on and the most detailed log. Keeps the log of the previous program. */
async function restartTalkative(flags: readonly string[] = [], main?: string): Promise<void> {
  said.push(...lockstep().program().lines, await metrics());
  const secrets = ['--secrets', 'on', '--secrets-key-file', keyFile, '--log-level', 'trace'];
  await lockstep().restart([...secrets, ...flags], main);
}

describe('Invariant 6, nothing leaks', () => {
  beforeAll(async () => {
    keyFile = join(lockstep().folder, 'keys');
    await writeFile(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
    await restartTalkative();
    await lockstep().register({ 'secrets.enabled': 'true' });
    boxes = await forKinds((kind) => lockstep().sandbox({}, kind), TRIED);
    await onEach(boxes, (box) =>
      tell(
        box,
        ['apply', '-f', '-'],
        list(app, secret({ password: VALUES.secret }), box.kind.web({ podSpec })),
      ),
    );
    await everything(2);
    // Errors: without the right to read, refused and let through; and a bug that throws the values that it
    // holds.
    await lockstep().register({ 'secrets.enabled': 'false' });
    await everything(4);
    await restartTalkative(['--on-error', 'deny']);
    await everything(6);
    await lockstep().apply({ 'secrets.enabled': 'true' });
    await restartTalkative([], THROWS);
    await everything(8);
    await eventually(
      () =>
        lockstep()
          .program()
          .lines.some((line) => line.includes('"reason":"bug"')),
      {
        what: 'the bug in the log',
      },
    );
    said.push(...lockstep().program().lines, await metrics());
  });

  test('the search finds all values in the cluster itself', async () => {
    await onEach(boxes, async (box) => {
      const { stdout } = await box.kubectl(['get', 'configmap/app', 'secret/db', '-o', 'json']);
      for (const value of [VALUES.data, VALUES.binaryData, VALUES.secret]) {
        expect(found(stdout)).toContain(
          value === VALUES.data ? value : Buffer.from(value).toString('base64').slice(0, -4),
        );
      }
    });
    expect(found(`x ${sha256(VALUES.secret).toString('hex')} y`)).toHaveLength(1);
  });

  test('no value reaches users, logs or metrics', () => {
    const text = said.join('\n');
    // All of these happened: decisions, errors, refusals, a bug.
    for (const part of [
      'changed: all pods',
      'was not checked',
      'on-error: deny',
      'lockstep_reviews_total',
      '"bug"',
    ])
      expect(text).toContain(part);
    expect(found(text)).toEqual([]);
  });

  test('no value reaches workloads, their revisions, pods and events', async () => {
    await onEach(boxes, async (box) => {
      for (const resource of [box.kind.resource, box.kind.revisions, 'pods', 'events'] as const) {
        const text = JSON.stringify(await box.read(resource));
        expect(text).toContain('web');
        expect([box.subject, resource, found(text)]).toEqual([box.subject, resource, []]);
      }
    });
  });

  test('no value reaches audit annotations', async () => {
    const namespaces = boxes.map(({ namespace }) => namespace);
    const events = (await auditEvents(lockstep().cluster)).filter((event) =>
      namespaces.includes(event.objectRef?.namespace ?? ''),
    );
    const text = JSON.stringify(events.map(({ annotations }) => annotations));
    expect(text).toContain('lockstep.dev/reason');
    expect(found(text)).toEqual([]);
  });

  test('no value reaches the output, warnings and errors of lockstep inject', async () => {
    const files = ['inject', '--secrets', 'on', '--secrets-key-file', keyFile, '-f', '-'];
    const manifests = list(app, secret({ password: VALUES.secret }), web({ podSpec }));
    const checked = await run(process.execPath, [MAIN, ...files, '--check'], { input: manifests });
    expect(checked.stderr).toContain('deployment/web would change (created)');
    const broken = manifests.replace('"stringData":', '"stringData":[],"data":');
    const refused = await run(process.execPath, [MAIN, ...files], { input: broken });
    expect(refused.exitCode).not.toBe(0);
    // All documents are printed, including Secrets, because they belong to the user. The additions to them
    // must reveal nothing more.
    const written = await run(process.execPath, [MAIN, ...files], { input: manifests });
    const marks = written.stdout.match(/lockstep\.dev\/[^,}]*/g) ?? [];
    expect(marks.length).toBeGreaterThan(1);
    expect(
      found([checked.stdout, checked.stderr, refused.stderr, written.stderr, ...marks].join('\n')),
    ).toEqual([]);
  });
});
