import { segment } from '../../api/path.ts';
import { VERSION } from '../../version.ts';
import type { ClusterPolicy } from '../cluster-policy.ts';
import type { Session } from '../session.ts';
import { REFUSED, readOr } from './ask-api.ts';
import { type Finding, info, ok, problem, unknown, warning } from './finding.ts';
import { inTheWayFindings } from './in-the-way.ts';
import { replicasFindings } from './installation.ts';
import { dryRun } from './probe.ts';
import { registrationFindings } from './registration.ts';
import { ownOf, rightsFinding } from './rights.ts';

/** The label of lockstep's own objects, as the chart sets it. */
const OWN = segment('app.kubernetes.io/name=lockstep');

function settingsFinding({ note, version }: ClusterPolicy): Finding {
  const check = 'lockstep’s settings are published';
  if (note !== undefined) return problem(check, note, 'helm upgrade with settings.published=true');
  if (version === VERSION) return ok(check, `lockstep ${version}`);
  return warning(check, `lockstep is ${version ?? 'of an unknown version'}, and this program is ${VERSION}`);
}

async function registration(session: Session, cluster: ClusterPolicy): Promise<Finding[]> {
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  const found = await readOr(session, path, 'mutatingwebhookconfigurations');
  if (found === REFUSED)
    return [unknown('lockstep is registered as a webhook', 'you may not list registrations')];
  return registrationFindings(found?.body, cluster, session.lockstepNamespace, session.client.clock.now());
}

async function readOwnPods(session: Session): Promise<Awaited<ReturnType<typeof readOr>>> {
  const path = `/api/v1/namespaces/${segment(session.lockstepNamespace)}/pods?labelSelector=${OWN}`;
  return readOr(session, path, 'pods');
}

/** The checks that lockstep's own pods are needed for: how they are, and what their ServiceAccount may do. */
async function ownPods(session: Session, cluster: ClusterPolicy): Promise<Finding[]> {
  const namespace = session.lockstepNamespace;
  const found = await readOwnPods(session);
  const body = found === REFUSED ? undefined : found?.body;
  const own = ownOf(body);
  const runs =
    found === REFUSED
      ? [unknown('lockstep runs', `you may not list pods in namespace ${namespace}`)]
      : replicasFindings(body, namespace);
  return [...runs, await rightsFinding(session, cluster, own)];
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
    registration(session, cluster),
    dryRun(session, cluster).then((each) => [each]),
    ownPods(session, cluster),
    assess(session, cluster),
    inTheWayFindings(session),
  ]);
  return [settingsFinding(cluster), ...found.flat()];
}
