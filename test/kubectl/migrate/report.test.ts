import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Io } from '../../../src/kubectl/io.ts';
import { foundOn } from '../../../src/kubectl/migrate/in-files.ts';
import { reportCluster } from '../../../src/kubectl/migrate/print-cluster.ts';
import { commandsFor, reportOn } from '../../../src/kubectl/migrate/report.ts';
import type { Setting } from '../../../src/kubectl/migrate/setting.ts';
import { subjectOfWorkload } from '../../../src/kubectl/migrate/subject.ts';
import { PEERS } from '../../../src/marks/peers.ts';
import { OPERATIONS } from '../../../src/policy/roll-on.ts';
import { viewOf } from '../../kit/deployments.ts';

const SETTING: Setting = {
  defaults: { secrets: true, include: true, edit: true, ignore: [], rollOn: OPERATIONS, compat: PEERS },
  injectDefault: 'enabled',
  scope: { excluded: [], only: [] },
  mode: 'enforce',
  labelsOf: () => ({}),
  annotationsOfSource: () => ({}),
};
const AUTO = { 'reloader.stakater.com/auto': 'true' };
const recorded = (...ids: string[]) => ({
  'lockstep.dev/config-hash': `v1-${'0'.repeat(64)}`,
  'lockstep.dev/config-sources': JSON.stringify(
    Object.fromEntries(ids.map((id) => [id, '0123456789abcdef'])),
  ),
});

const web = (template: Record<string, string>, env: readonly object[] = []) =>
  subjectOfWorkload(
    viewOf({
      metadata: { name: 'web', annotations: AUTO },
      spec: {
        replicas: 1,
        template: {
          metadata: { annotations: template },
          spec: {
            containers: [{ name: 'web', env: [...env], envFrom: [{ configMapRef: { name: 'app' } }] }],
          },
        },
      },
    }),
  );
const reported = (subject: ReturnType<typeof web>, setting = SETTING) =>
  reportOn(subject, foundOn('reloader', subject, setting), { clusterFlags: '' });

describe('a command says whether it rolls pods', () => {
  test.each<[string, Record<string, string>, Partial<Setting>, string, readonly string[]]>([
    ['lockstep has recorded all that counts', recorded('configmap/app'), {}, 'never', []],
    ['lockstep has not recorded a source', recorded('configmap/other'), {}, 'perhaps', ['configmap/app']],
    ['lockstep has recorded nothing', {}, {}, 'perhaps', ['configmap/app']],
    ['nothing is rolled in doubt', {}, { recordsInDoubt: true }, 'never', []],
  ])('%s', (_what, template, setting, rollsPods, unrecorded) => {
    const { commands } = reported(web(template), { ...SETTING, ...setting });
    expect(commands).toMatchObject([{ rollsPods, unrecorded }]);
  });
});

test('variables of one container go from behind, each if it still is what it was', () => {
  const env = [
    { name: 'STAKATER_APP_CONFIGMAP', value: '1' },
    { name: 'KEPT', value: '1' },
    { name: 'STAKATER_DB_SECRET', value: '1' },
    { name: 'STAKATER_X_CONFIGMAP', valueFrom: { configMapKeyRef: { name: 'app', key: 'x' } } },
  ];
  const { change } = foundOn('reloader', web(recorded('configmap/app'), env), SETTING);
  const at = (i: number) => `/spec/template/spec/containers/0/env/${i}`;
  expect(change.templatePatch).toEqual([
    { op: 'test', path: `${at(2)}/name`, value: 'STAKATER_DB_SECRET' },
    { op: 'remove', path: at(2) },
    { op: 'test', path: `${at(0)}/name`, value: 'STAKATER_APP_CONFIGMAP' },
    { op: 'remove', path: at(0) },
  ]);
});

test('a patch is one word of a shell, whatever is in it', () => {
  const name = `it's "$HOME" \`id\` \\`;
  const subject = web({});
  const [command] = commandsFor(
    subject,
    {
      ...foundOn('wave', subject, SETTING).change,
      removed: [name],
    },
    { clusterFlags: '' },
  );
  const script = `kubectl() { printf '%s\\n' "$@"; }; ${command?.command}`;
  const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
  expect(JSON.parse(words[6] ?? '')).toEqual({ metadata: { annotations: { [name]: null } } });
});

test('a command leads to the cluster that was looked at', () => {
  const report = reportOn(web({}), foundOn('reloader', web({}), SETTING), {
    clusterFlags: ' --context prod',
  });
  expect(report.commands[0]?.command).toMatch(
    /^kubectl --context prod --namespace shop patch deployment\/web /,
  );
});

test('a patch has no character that a terminal obeys', () => {
  const subject = web({});
  const change = {
    ...foundOn('wave', subject, SETTING).change,
    removed: ['csi \u009b2J, bidi \u202e, tag \u{e0001}'],
  };
  const [command] = commandsFor(subject, change, { clusterFlags: '' });
  expect(command?.command).not.toMatch(/\p{C}/u);
  const { annotations } = JSON.parse(/'(.*)'$/.exec(command?.command ?? '')?.[1] ?? '').metadata;
  expect(Object.keys(annotations)).toEqual(change.removed);
});

test('whatever the sources of a volume are called, only the commands are commands', () => {
  const name = 'app\ntouch /tmp/owned #';
  const subject = subjectOfWorkload(
    viewOf({
      metadata: { name: 'web', annotations: AUTO },
      spec: {
        replicas: 1,
        template: { spec: { containers: [], volumes: [{ name: 'v', configMap: { name } }] } },
      },
    }),
  );
  const parts: string[] = [];
  const terminal = { colour: false, progress: false, width: undefined };
  const io = { terminal, out: (text: string) => void parts.push(text), err: () => undefined } as Partial<Io>;
  const values = { output: { kind: 'table' } } as const;
  reportCluster(
    io as Io,
    { reports: [reported(subject)].flatMap((each) => each ?? []), notes: [] },
    'reloader',
    values,
  );
  const printed = parts.join('');
  expect(printed).toContain('touch /tmp/owned');
  expect(printed.split('\n').filter((line) => line.startsWith('touch'))).toEqual([]);
});

test('what Wave still needs, and what its name looks like, stays', () => {
  const waiting = {
    ...web({}),
    own: { 'wave.pusher.com/scheduling-disabled': 'mine', 'not-wave.pusher.com/x': '1' },
  };
  const { findings, change } = foundOn('wave', waiting, SETTING);
  expect(findings.map(({ what, state }) => [what, state])).toEqual([
    ['wave.pusher.com/scheduling-disabled', 'Leftover'],
  ]);
  expect(change.patch).toHaveLength(1);
});
