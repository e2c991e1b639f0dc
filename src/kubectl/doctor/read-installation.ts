import { segment } from '../../api/path.ts';
import { VERSION } from '../../version.ts';
import type { ClusterPolicy } from '../cluster-policy.ts';
import { kindsOf, type Session } from '../session.ts';
import { mayAccount, REFUSED, type Right, readOr } from './ask-api.ts';
import { type Finding, info, ok, problem, unknown, warning } from './finding.ts';
import { registrationFindings, replicasFindings } from './installation.ts';
import { dryRun } from './probe.ts';

/** The label of lockstep's own objects, as the chart sets it. */
const OWN = segment('app.kubernetes.io/name=lockstep');

function settingsFinding({ note, version }: ClusterPolicy): Finding {
  const check = 'lockstep’s settings are published';
  if (note !== undefined) return problem(check, note, 'helm upgrade with settings.published=true');
  if (version === VERSION) return ok(check, `lockstep ${version}`);
  return warning(check, `lockstep is ${version ?? 'of an unknown version'}, and this program is ${VERSION}`);
}

async function registration(session: Session): Promise<Finding[]> {
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  const found = await readOr(session, path, 'mutatingwebhookconfigurations');
  if (found === REFUSED)
    return [unknown('lockstep is registered as a webhook', 'you may not list registrations')];
  return registrationFindings(found?.body, session.client.clock.now());
}

async function replicas(session: Session): Promise<Finding[]> {
  const namespace = session.lockstepNamespace;
  const path = `/api/v1/namespaces/${segment(namespace)}/pods?labelSelector=${OWN}`;
  const found = await readOr(session, path, 'pods');
  if (found === REFUSED) return [unknown('lockstep runs', `you may not list pods in namespace ${namespace}`)];
  return replicasFindings(found?.body, namespace);
}

/** The rights that lockstep needs, as it is set up. The chart's README has all of them. */
function rightsNeeded(cluster: ClusterPolicy): readonly Right[] {
  const workloads = kindsOf(cluster).flatMap(({ group, resource }) =>
    ['get', 'patch'].map((verb) => ({ verb, group, resource })),
  );
  const sources = ['configmaps', ...(cluster.policy.secrets ? ['secrets'] : [])];
  return [
    ...workloads,
    ...sources.map((resource) => ({ verb: 'get', group: '', resource })),
    { verb: 'list', group: 'apps', resource: 'replicasets' },
    { verb: 'list', group: '', resource: 'pods' },
    ...(cluster.policy.pin.enabled ? [{ verb: 'create', group: '', resource: 'configmaps' }] : []),
    ...(cluster.policy.edit ? [{ verb: 'watch', group: '', resource: 'configmaps' }] : []),
  ];
}

async function rights(session: Session, cluster: ClusterPolicy): Promise<Finding> {
  const check = 'lockstep has the rights that it needs';
  const [namespace] = cluster.policy.scope.only;
  const account = { namespace: session.lockstepNamespace, name: 'lockstep' };
  const asked = await Promise.all(
    rightsNeeded(cluster).map(async (right) => ({
      right,
      allowed: await mayAccount(session, account, { ...right, ...(namespace && { namespace }) }),
    })),
  );
  if (asked.some(({ allowed }) => allowed === REFUSED))
    return unknown(check, 'you may not ask for the rights of others');
  const lacking = asked
    .filter(({ allowed }) => allowed === false)
    .map(({ right: { verb, resource } }) => `${verb} ${resource}`);
  if (lacking.length === 0) return ok(check, `${asked.length} rights of serviceaccount/lockstep`);
  return problem(
    check,
    `serviceaccount/lockstep may not ${lacking.join(', ')}`,
    'helm upgrade: the chart grants them',
  );
}

async function assess(session: Session, { policy }: ClusterPolicy): Promise<Finding[]> {
  if (!policy.secrets && !policy.keyConfigMaps) return [];
  const check = 'lockstep answers what only it can compare';
  const found = await readOr(session, '/apis/assess.lockstep.dev/v1alpha1', 'assess.lockstep.dev').catch(
    () => undefined,
  );
  if (found && found !== REFUSED) return [ok(check, 'assess.lockstep.dev is served')];
  return [info(check, 'it does not: workloads with Secrets are Unknown here (assess.enabled in the chart)')];
}

/** Runs the checklist for the installation. It writes nothing but a dry run. */
export async function examineInstallation(session: Session): Promise<readonly Finding[]> {
  const cluster = await session.policy();
  const found = await Promise.all([
    registration(session),
    replicas(session),
    dryRun(session, cluster).then((each) => [each]),
    rights(session, cluster).then((each) => [each]),
    assess(session, cluster),
  ]);
  return [settingsFinding(cluster), ...found.flat()];
}
