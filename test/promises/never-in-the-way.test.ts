import { createServer } from 'node:https';
import { describe, expect, test } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectWarning } from '../kit/expectations.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

/** Short, so that tests see reviews being given up. */
const TIMEOUT = { 'webhook.timeoutSeconds': '2' };

/**
 * Three calls of a user, each through one or two webhooks. They must succeed within the webhooks' timeouts.
 */
async function succeeds(): Promise<Sandbox> {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }));
  const started = performance.now();
  await box.apply(web());
  await box.editConfig({ a: '2' });
  await box.kubectl(['scale', 'deployment/web', '--replicas=3']);
  await box.kubectl(['annotate', 'deployment/web', 'note=1']);
  await box.untilRolledOut();
  // Three reviews at 2 s each, those of the ceiling, and the time of kubectl and the rollout.
  expect(performance.now() - started).toBeLessThan(25_000);
  return box;
}

/** lockstep works again, without help. */
async function worksAgain(): Promise<void> {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: '1' }));
  await eventually(
    async () => {
      await box.apply(web());
      return (await box.marks()).hash !== undefined;
    },
    { what: 'lockstep answering again' },
  );
}

describe('Invariant 5, never in the way', () => {
  test('calls succeed while lockstep is dead, and full service returns', async () => {
    await lockstep().program().stop('SIGKILL');
    await succeeds();
    await lockstep().start();
    await worksAgain();
  });

  test('calls succeed while lockstep hangs, and full service returns', async () => {
    await lockstep().register(TIMEOUT);
    lockstep().program().kill('SIGSTOP');
    try {
      await succeeds();
    } finally {
      lockstep().program().kill('SIGCONT');
    }
    await worksAgain();
  });

  test('calls succeed while lockstep answers 500, and full service returns', async () => {
    await lockstep().program().stop('SIGKILL');
    const pair = await issueCertificates({
      names: ['localhost'],
      addresses: ['127.0.0.1'],
      notAfter: new Date(Date.now() + 3_600_000),
    });
    await lockstep().apply({ ...TIMEOUT, 'webhook.caBundle': Buffer.from(pair.ca).toString('base64') });
    let calls = 0;
    const broken = createServer(pair, (_request, response) => {
      calls += 1;
      response.writeHead(500).end('broken');
    });
    await new Promise<void>((resolve) => broken.listen(lockstep().port, '127.0.0.1', resolve));
    try {
      await succeeds();
      expect(calls).toBeGreaterThan(0);
    } finally {
      broken.closeAllConnections();
      await new Promise((resolve) => broken.close(resolve));
    }
    await lockstep().start();
    await lockstep().register(TIMEOUT);
  });

  test('calls succeed while the API server does not trust its certificate, and full service returns', async () => {
    const { ca } = await issueCertificates({
      names: ['localhost'],
      addresses: [],
      notAfter: new Date(Date.now() + 3_600_000),
    });
    await lockstep().apply({ ...TIMEOUT, 'webhook.caBundle': Buffer.from(ca).toString('base64') });
    await succeeds();
    await lockstep().register(TIMEOUT);
  });

  describe('the API server refuses', () => {
    const allow = (resource: string, verbs: readonly string[]) => {
      const group = ['configmaps', 'namespaces'].includes(resource) ? '' : 'apps';
      return { apiGroups: [group], resources: [resource], verbs };
    };
    const rights = {
      configmaps: allow('configmaps', ['get']),
      deployments: allow('deployments', ['get', 'patch']),
      replicasets: allow('replicasets', ['list']),
      namespaces: allow('namespaces', ['get']),
    };
    const grant = (rules: readonly object[]) =>
      lockstep().cluster.kubectlOk([
        'patch',
        'clusterrole',
        'lockstep',
        '--type=merge',
        '--patch',
        JSON.stringify({ rules }),
      ]);

    test('its read: the call succeeds with a warning', async () => {
      const box = await lockstep().sandbox();
      await box.apply(configMap({ a: '1' }), web());
      await grant([rights.deployments, rights.replicasets, rights.namespaces]);
      try {
        await eventually(async () => {
          const result = await box.kubectl([
            'annotate',
            'deployment/web',
            `note=${Math.random()}`,
            '--overwrite',
          ]);
          return result.stderr.includes('was not checked');
        });
        const told =
          'deployment/web was not checked: the API server answered 403 to get configmaps: lockstep lacks that right';
        expectWarning(await box.kubectl(['scale', 'deployment/web', '--replicas=3']), told);
        await box.untilRolledOut();
        const failed = { webhook: 'scale', decision: 'fail', reason: 'api_refused' };
        expect(await lockstep().program().metric('lockstep_reviews_total', failed)).toBeGreaterThan(0);
      } finally {
        await grant(Object.values(rights));
      }
      await worksAgain();
    });

    test('its PATCH: the scale succeeds with a warning', async () => {
      const box = await lockstep().sandbox();
      await box.apply(configMap({ a: '1' }), web());
      await box.editConfig({ a: '2' });
      const { configmaps, replicasets, namespaces } = rights;
      await grant([configmaps, allow('deployments', ['get']), replicasets, namespaces]);
      try {
        const told = 'deployment/web was not checked: the API server answered 403 to patch deployments';
        expectWarning(await box.kubectl(['scale', 'deployment/web', '--replicas=3']), told);
        await box.untilRolledOut();
      } finally {
        await grant(Object.values(rights));
      }
      await worksAgain();
    });
  });

  test('after SIGTERM the program drains, and exits with 0', async () => {
    expect(await lockstep().program().stop('SIGTERM')).toBe(0);
    await lockstep().start();
    await worksAgain();
  });
});
