import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { refusedStatus } from '../../api/errors.ts';
import { segment } from '../../api/path.ts';
import { LockstepError, messageOf } from '../../errors.ts';
import { CONFIG_HASH } from '../../marks/names.ts';
import { isInScope } from '../../policy/scope.ts';
import { maybe, StringMap } from '../../schema.ts';
import type { ClusterPolicy } from '../cluster-policy.ts';
import type { Session } from '../session.ts';
import { type Finding, info, ok, problem, unknown } from './finding.ts';

const isMarked = Compile(
  Type.Object({
    spec: Type.Object({
      template: Type.Object({ metadata: Type.Object({ annotations: maybe(StringMap) }) }),
    }),
  }),
);

/** A Deployment that refers to a ConfigMap. It need not exist, and no pod is made. */
const PROBE = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lockstep-doctor' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'lockstep-doctor' } },
    template: {
      metadata: { labels: { app: 'lockstep-doctor' } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'web',
            envFrom: [{ configMapRef: { name: 'lockstep-doctor', optional: true } }],
          },
        ],
      },
    },
  },
};

/** A dry run of a Deployment gets its hash, so all of it works: the way, the certificate, the rights. */
export async function dryRun(session: Session, { policy }: ClusterPolicy): Promise<Finding> {
  const { namespace, client, signal } = session;
  const check = `a Deployment in namespace ${namespace} gets its config hash (dry run)`;
  if (!isInScope(policy.scope, namespace))
    return info(check, 'lockstep does not act here: name another with -n');
  const path = `/apis/apps/v1/namespaces/${segment(namespace)}/deployments?dryRun=All`;
  try {
    const answer = await client.request({
      verb: 'create',
      resource: 'deployments',
      path,
      body: PROBE,
      signal,
    });
    const annotations =
      answer.kind === 'found' && isMarked.Check(answer.body)
        ? answer.body.spec.template.metadata.annotations
        : undefined;
    if (annotations?.[CONFIG_HASH] !== undefined) return ok(check, 'it does: lockstep is reached, and works');
    if (policy.mode === 'observe' || policy.injectDefault === 'disabled')
      return info(check, 'it does not, as lockstep is set up (mode, inject.default)');
    const mend = `kubectl --namespace ${session.lockstepNamespace} logs deployment/lockstep`;
    return problem(
      check,
      'it does not: the API server does not reach lockstep, or lockstep could not check it',
      mend,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (refusedStatus(error) !== undefined) return unknown(check, `it was refused: ${messageOf(error)}`);
    if (error instanceof LockstepError) return problem(check, messageOf(error));
    throw error;
  }
}
