import { expect, test } from 'vitest';
import { type AuditEvent, auditEvents, FAILED_OPEN } from '../../lab/control-plane/audit.ts';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { valuesOf } from '../../lab/nodes/asking.ts';
import { NAMESPACE, rollback, upgrade } from '../../lab/nodes/install.ts';
import { LOCKSTEP_REPOSITORY, NEXT_TAG, TAG } from '../../lab/nodes/lockstep-image.ts';
import { callSteadily } from './calls.ts';
import { describeOnNodes } from './describe-on-nodes.ts';
import { scene } from './scene.ts';
import { useInstalled } from './use-installed.ts';
import { between, webhookCalls } from './webhook-calls.ts';

const CALLS = 300;

/** The images of the running lockstep, each once. */
async function imagesOf(cluster: ClusterClient): Promise<readonly string[]> {
  const path = 'jsonpath={.items[?(@.status.phase=="Running")].spec.containers[*].image}';
  const { stdout } = await cluster.kubectlOk(['get', 'pods', '-n', NAMESPACE, '-o', path]);
  return [...new Set(stdout.split(' '))].sort();
}

const failedOpen = ({ annotations = {} }: AuditEvent): boolean =>
  Object.keys(annotations).some((key) => key.startsWith(FAILED_OPEN));

describeOnNodes('lockstep during a rollout to a new version and back', (use) => {
  useInstalled(() => use().cluster);

  test(`${CALLS} scales and updates: each is checked, none fails; no other pod is affected`, async () => {
    const { cluster } = use();
    const bystander = await scene(cluster);
    const made = bystander.madeFromNowOn();
    const box = await sandbox(cluster);
    // Pods that fit on no node: this tests only the calls.
    await box.apply(
      configMap({ a: 'first' }),
      web({ replicas: 1, podSpec: { nodeSelector: { no: 'node' } } }),
    );
    const before = await webhookCalls(cluster);
    const heard = (await auditEvents(cluster)).length;

    let rolled = false;
    const seen: (readonly string[])[] = [];
    const rolling = (async () => {
      await upgrade(cluster, { 'image.tag': NEXT_TAG });
      seen.push(await imagesOf(cluster));
      await rollback(cluster);
      seen.push(await imagesOf(cluster));
    })().finally(() => {
      rolled = true;
    });
    const { answers, inStep } = await callSteadily(cluster, box.namespace, CALLS, () => rolled);
    await rolling;

    // helm has waited for each pod that is being deleted when helm ends, or the pod is still of the previous
    // version.
    expect(seen[0]).toContain(`${LOCKSTEP_REPOSITORY}:${NEXT_TAG}`);
    expect(seen[1]).toContain(`${LOCKSTEP_REPOSITORY}:${TAG}`);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(
      answers.flatMap(({ warnings }) => warnings).filter((text) => /not checked|failed/.test(text)),
    ).toEqual([]);
    expect(inStep.filter((each) => !each)).toEqual([]);
    const calls = between(before, await webhookCalls(cluster));
    expect(calls).toMatchObject({ failed: 0, failedOpen: 0, refusedForFailure: 0, logged: 0 });
    expect(calls.answered).toBeGreaterThanOrEqual(CALLS);
    console.log(
      `measured: ${answers.length} calls while lockstep was rolled twice, ${calls.answered} reviews, none failed`,
    );
    // All these files share the control plane. Earlier events belong to files that kill replicas.
    expect((await auditEvents(cluster)).slice(heard).filter(failedOpen)).toEqual([]);
    expect(made()).toEqual([]);
    expect(valuesOf(bystander.asking.answers)).toEqual(['1']);
    await bystander.close();
    await cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
  });
});
