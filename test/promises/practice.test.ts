import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { DAEMON_SET, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning } from '../kit/expectations.ts';
import { laterSecond } from '../kit/later-second.ts';
import { manage, UNMANAGED } from '../kit/unmanaged.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({
  sent: false,
  secrets: true,
  values: { 'secrets.enabled': 'true', 'secrets.keySecretName': 'keys' },
});

interface Workload {
  /** The file among the fixtures. */
  readonly file: string;
  readonly kind: Kind;
  readonly name: string;
  /** Sources and keys of which an edit must move no pod. */
  readonly unused: readonly Edit[];
  /** One of which an edit must roll the pods. */
  readonly used: Edit;
  /** What happens to its pods then. Default: all roll. */
  readonly words?: string;
}
type Edit = readonly [source: string, key: string];

const WORKLOADS: readonly Workload[] = [
  {
    file: 'postgres',
    kind: STATEFUL_SET,
    name: 'acid',
    unused: [
      ['configmap/acid-server', 'README'],
      ['secret/postgres.acid.credentials', 'username'],
    ],
    used: ['configmap/acid-server', 'pg_hba.conf'],
    words: 'pods of statefulset/acid change when you delete them',
  },
  {
    file: 'kafka',
    kind: STATEFUL_SET,
    name: 'kafka-broker',
    unused: [
      ['configmap/kafka-broker', 'log4j2.yaml'],
      ['secret/kafka-users', 'client-passwords'],
    ],
    used: ['secret/kafka-users', 'inter-broker-password'],
  },
  {
    file: 'prometheus',
    kind: STATEFUL_SET,
    name: 'prometheus-main',
    unused: [
      ['configmap/prometheus-main-rulefiles-0', 'shop.yaml'],
      ['secret/prometheus-main', 'prometheus.yaml.gz'],
    ],
    used: ['secret/prometheus-main-web-config', 'web-config.yaml'],
  },
  {
    file: 'fluent-bit',
    kind: DAEMON_SET,
    name: 'fluent-bit',
    unused: [['configmap/fluent-bit', 'notes.txt']],
    used: ['configmap/fluent-bit', 'custom_parsers.conf'],
  },
  {
    file: 'node-exporter',
    kind: DAEMON_SET,
    name: 'node-exporter',
    unused: [['configmap/node-exporter-web', 'web-config.old']],
    used: ['configmap/node-exporter-web', 'web-config.yml'],
  },
  {
    file: 'cilium',
    kind: DAEMON_SET,
    name: 'cilium',
    unused: [['configmap/cilium-config', 'operator-api-serve-addr']],
    used: ['configmap/cilium-config', 'bpf-lb-sock'],
  },
];

/** Volumes for the claims of a StatefulSet. Nothing makes them in a cluster without a provisioner. */
function volumesFor(manifests: string, { namespace }: Sandbox): object[] {
  return parseAllDocuments(manifests).flatMap((document) => {
    const { kind, metadata, spec } = document.toJS();
    if (kind !== 'StatefulSet') return [];
    return (spec.volumeClaimTemplates ?? []).flatMap((claim: { metadata: { name: string } }) =>
      Array.from({ length: spec.replicas }, (_, i) => {
        const name = `${claim.metadata.name}-${metadata.name}-${i}`;
        return {
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: { name: `${namespace}-${name}` },
          spec: {
            accessModes: ['ReadWriteOnce'],
            capacity: { storage: '1Gi' },
            claimRef: { namespace, name },
            hostPath: { path: '/data' },
          },
        };
      }),
    );
  });
}

async function edit(box: Sandbox, [source, key]: Edit): Promise<void> {
  const [kind] = source.split('/');
  const value = kind === 'secret' ? Buffer.from('next').toString('base64') : 'next';
  await box.kubectl(['patch', source, '--type=merge', '--patch', JSON.stringify({ data: { [key]: value } })]);
}

async function podUids(box: Sandbox): Promise<string[]> {
  const pods = await box.pods();
  const uids = pods.current().map(({ uid }) => uid);
  await pods.stop();
  return uids.sort();
}

describe.concurrent('Invariant 4, quiet: workloads as public charts and operators make them', () => {
  test.each(WORKLOADS)('$file', async ({ file, kind, name, unused, used, words }) => {
    const box = await lockstep().sandbox(UNMANAGED, kind);
    const manifests = await readFile(new URL(`../fixtures/practice/${file}.yaml`, import.meta.url), 'utf8');
    const volumes = volumesFor(manifests, box);
    if (volumes.length > 0) await box.apply(...volumes);
    await box.kubectl(['apply', '-f', '-'], manifests);
    await box.untilRolledOut(name);
    const uids = await podUids(box);
    await laterSecond();
    await manage(lockstep(), box);

    const subject = `${kind.word}/${name}`;
    let calls = 0;
    const call = () => {
      calls += 1;
      return box.kubectl(['annotate', '--overwrite', subject, `calls=${calls}`]);
    };
    expectSilence(await call());
    for (const each of unused) await edit(box, each);
    expectSilence(await call());
    expect(await podUids(box)).toEqual(uids);
    expect((await box.marks(name)).hash).toBeUndefined();

    await edit(box, used);
    expectWarning(await call(), `${used[0]} changed: ${words ?? `all pods of ${subject} roll`}`);
    expect((await box.marks(name)).hash).toMatch(/^v1-/);
  });
});
