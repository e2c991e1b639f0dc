import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runInShell } from '../../lab/control-plane/shell.ts';
import { CHART } from '../kit/chart/chart.ts';
import type { Values } from '../kit/chart/helm.ts';
import { useCluster } from '../kit/use-cluster.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { EDIT, OUTSIDE, PIN } from './variants.ts';

/** The notes that helm prints after an installation with `values`. */
async function notes(values: Values): Promise<string> {
  const args = ['install', 'lockstep', CHART, '--namespace', 'lockstep', '--dry-run=client', '--values', '-'];
  const { stdout } = await useCluster().helmOk(args, { input: JSON.stringify(values) });
  return stdout.slice(stdout.indexOf('NOTES:'));
}

/** The commands for the reader below the line that starts with `heading`. */
function commandsOf(text: string, heading: string): string {
  const section = text.slice(text.indexOf(heading)).split('\n').slice(1);
  const end = section.findIndex((line) => !line.startsWith('  '));
  return section.slice(0, end === -1 ? undefined : end).join('\n');
}

const REMOVAL = 'If lockstep does not start, remove its webhooks';
const WARNING = 'Warning: lockstep: configmap/app changed: all pods of deployment/web roll';

describe('the notes after an installation', () => {
  const lockstep = useLockstep();
  beforeAll(() => lockstep().register());
  afterAll(() => useCluster().kubectl(['delete', 'namespace', 'lockstep-try', '--ignore-not-found']));

  test('have commands that show lockstep at work', async () => {
    const commands = commandsOf(await notes(OUTSIDE), 'Try it');
    expect(await runInShell(useCluster(), commands)).toMatchObject({ exitCode: 0, stderr: `${WARNING}\n` });
  });

  test('have such commands for inject.default=disabled, too', async () => {
    await lockstep().restart(['--inject-default=disabled']);
    await lockstep().apply({ 'inject.default': 'disabled' });
    const commands = commandsOf(await notes({ ...OUTSIDE, inject: { default: 'disabled' } }), 'Try it');

    expect(await runInShell(useCluster(), commands)).toMatchObject({ exitCode: 0, stderr: `${WARNING}\n` });
  });

  test('tell how to check the installation and, if calls may be refused, how to remove the webhooks', async () => {
    const said = await notes({ onError: 'deny' });

    expect(said).toContain('kubectl --namespace lockstep rollout status deployment/lockstep');
    expect(said).toContain('kubectl delete mutatingwebhookconfiguration lockstep');
    expect(await notes({ webhook: { scale: { failurePolicy: 'Fail' } } })).toContain(REMOVAL);
    expect(await notes({})).not.toContain(REMOVAL);
  });

  test('name the kinds that lockstep checks, and show it at work only on a Deployment', async () => {
    expect(await notes({ onError: 'deny' })).toMatch(
      /checks Deployments, StatefulSets and DaemonSets in all[\s\S]*scale up Deployments, StatefulSets and DaemonSets\.\n/,
    );
    const daemonSets = await notes({ workloads: { deployments: false, statefulSets: false } });
    expect(daemonSets).toContain('checks DaemonSets in all namespaces');
    expect(daemonSets).not.toContain('Try it');
  });

  test('tell how to ask for pin, only if pin is enabled', async () => {
    const label = 'kubectl label namespace NAMESPACE lockstep.dev/pin=enabled';
    expect(await notes(PIN)).toContain(label);
    expect(await notes({})).not.toContain('pin');
    expect(await notes({ ...PIN, onError: 'deny' })).toContain(`and to create pinned pods.\n${REMOVAL}`);
    const strict = { webhook: { pod: { failurePolicy: 'Fail' } } };
    expect(await notes({ ...PIN, ...strict })).toContain(REMOVAL);
    expect(await notes(strict)).not.toContain(REMOVAL);
  });

  test('tell that edits roll workloads, and how to leave one out, only if that is enabled', async () => {
    const leftOut =
      'kubectl --namespace NAMESPACE annotate deployment NAME lockstep.dev/roll-on=create,update,scale';
    expect(await notes(EDIT)).toContain(leftOut);
    expect(await notes({})).not.toContain('roll-on');
  });
});
