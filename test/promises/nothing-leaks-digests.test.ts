import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { auditEvents } from '../../lab/control-plane/audit.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { plainDigestV1 } from '../../src/digest/source.ts';
import type { Usage } from '../../src/references/usage.ts';
import { scaleUp } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

/** A value of four digits, as a PIN has. */
const PIN = '4711';
/** A value that occurs nowhere else. */
const WORD = `marked-${randomBytes(8).toString('hex')}`;

const usageOf = (key: string): Usage => ({
  kind: 'configmap',
  name: 'app',
  data: [key],
  binaryData: [],
  except: [],
  required: true,
});
const plainDigest = (key: string, value: string) =>
  plainDigestV1(usageOf(key), { data: { [key]: value }, binaryData: {} }).slice(0, 16);
const PINS = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(4, '0'));
const PIN_BY_DIGEST = new Map(PINS.map((pin) => [plainDigest('pin', pin), pin]));

/** Searches each digest in the text, as somebody would who knows that the key `pin` has four digits. */
function searched(text: string): string[] {
  const runs = [...text.matchAll(/[0-9a-f]{16,}/g)].map(([run]) => run);
  const windows = runs.flatMap((run) =>
    Array.from({ length: run.length - 15 }, (_, i) => run.slice(i, i + 16)),
  );
  return [...new Set(windows.flatMap((digits) => PIN_BY_DIGEST.get(digits) ?? []))];
}

const WORD_TRACES = [
  WORD,
  Buffer.from(WORD).toString('base64').slice(0, -4),
  createHash('sha256').update(WORD).digest('hex').slice(0, 16),
  plainDigest('word', WORD),
];

const specWith = (key: string) => ({
  containers: [
    {
      name: 'web',
      image: 'web:1',
      env: [{ name: 'E', valueFrom: { configMapKeyRef: { name: 'app', key } } }],
    },
  ],
});

/** The answer to a call of the webhook port by somebody who is not the API server. */
async function callDirectly({ namespace }: Sandbox, key: string): Promise<string> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const object = web({ podSpec: specWith(key) });
  const review = { uid: 'direct', namespace, operation: 'CREATE', dryRun: true, object };
  const answer = await request(`https://127.0.0.1:${lockstep().port}/admission/template`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: review }),
    dispatcher,
  });
  const text = await answer.body.text();
  await dispatcher.close();
  const { patch } = JSON.parse(text).response;
  return `${text} ${Buffer.from(patch, 'base64').toString()}`;
}

/** Everything that lockstep shows of a ConfigMap to people who may not read it. */
async function shown(flags: readonly string[]): Promise<Readonly<Record<string, string>>> {
  await lockstep().restart([...flags, '--log-level', 'trace']);
  const box = await lockstep().sandbox();
  const said: string[] = [];
  await box.kubectl([
    'create',
    'configmap',
    'app',
    `--from-literal=pin=${PIN}`,
    `--from-literal=word=${WORD}`,
  ]);
  for (const key of ['word', 'pin']) {
    const { stdout, stderr } = await box.apply(web({ podSpec: specWith(key) }));
    await box.untilRolledOut();
    said.push(stdout, stderr, (await scaleUp(box)).stderr);
  }
  await box.editConfig({ pin: '0000' });
  said.push((await box.kubectl(['scale', 'deployment/web', '--replicas=90', '--dry-run=server'])).stderr);
  await box.editConfig({ pin: PIN });
  const objects = await Promise.all(
    (['deployments', 'replicasets', 'pods', 'events'] as const).map(
      async (resource) => [resource, JSON.stringify(await box.read(resource))] as const,
    ),
  );
  const events = (await auditEvents(lockstep().cluster)).filter(
    ({ objectRef }) => objectRef?.namespace === box.namespace && objectRef.resource !== 'configmaps',
  );
  return {
    ...Object.fromEntries(objects),
    answers: said.join(),
    audit: JSON.stringify(events),
    log: lockstep().program().lines.join(),
    direct: `${await callDirectly(box, 'pin')} ${await callDirectly(box, 'word')}`,
  };
}

/** What a search in each of these texts finds. */
const found = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).flatMap(([where, text]) =>
    [...searched(text), ...WORD_TRACES.filter((trace) => text.includes(trace))].map((what) => [where, what]),
  );

describe('Invariant 6, nothing leaks: digests of ConfigMaps', () => {
  test('can be searched for values if they are plain', async () => {
    const places = found(await shown([]));
    for (const where of ['deployments', 'replicasets', 'pods', 'audit', 'direct'])
      expect(places).toContainEqual([where, PIN]);
    expect(places).toContainEqual(['direct', plainDigest('word', WORD)]);
  });

  test('cannot be searched if they are keyed', async () => {
    const file = join(lockstep().folder, 'keys');
    await writeFile(file, randomBytes(32).toString('base64'), { mode: 0o600 });
    const texts = await shown(['--key-configmaps', 'on', '--secrets-key-file', file]);
    for (const where of ['deployments', 'replicasets', 'pods', 'audit', 'direct'])
      expect(texts[where]).toMatch(/configmap\/app\W+[0-9a-f]{8}-[0-9a-f]{16}\W/);
    expect(found(texts)).toEqual([]);
  });
});
