import type { ClusterPolicy } from '../cluster-policy.ts';
import { kindsOf } from '../session.ts';
import { caFinding } from './ca-bundle.ts';
import { type Finding, info, ok, problem, unknown, warning } from './finding.ts';
import {
  hasOurName,
  type Registered,
  registeredIn,
  roleOf,
  touchesWorkloads,
  wordsOf,
} from './registered.ts';

const covers = (words: readonly string[] | null | undefined, word: string): boolean =>
  words?.some((each) => each === '*' || each === word) === true;

/** What no webhook of a role is called for, although lockstep acts on it. */
function uncovered(ours: readonly Registered[], cluster: ClusterPolicy): readonly string[] {
  const calledFor = (role: string, group: string, resource: string, operation: string) =>
    ours.some(
      (webhook) =>
        roleOf(webhook) === role &&
        webhook.rules?.some(
          ({ operations, apiGroups, resources }) =>
            covers(operations, operation) &&
            covers(apiGroups, group) &&
            (covers(resources, resource) || resources?.includes('*/*')),
        ),
    );
  const roles = new Set(ours.map(roleOf));
  return kindsOf(cluster).flatMap(({ group, resource, scale }) => [
    ...(roles.has('template')
      ? ['CREATE', 'UPDATE']
          .filter((each) => !calledFor('template', group, resource, each))
          .map((each) => `${each} ${resource}`)
      : []),
    ...(roles.has('scale') && scale && !calledFor('scale', group, `${resource}/scale`, 'UPDATE')
      ? [`UPDATE ${resource}/scale`]
      : []),
  ]);
}

function rulesFinding(ours: readonly Registered[], cluster: ClusterPolicy): Finding {
  const check = 'its webhooks are called for each kind of workload that it acts on';
  const missing = uncovered(ours, cluster);
  const kinds = kindsOf(cluster).map(({ resource }) => resource);
  if (missing.length === 0) return ok(check, kinds.join(', '));
  return problem(check, `none is called for ${missing.join(', ')}`, 'helm upgrade: the chart sets the rules');
}

/** What the API server does while lockstep is down, against what onError says. */
function failureFindings(ours: readonly Registered[], { policy, note }: ClusterPolicy): Finding[] {
  // Without its settings, onError is a guess.
  if (note !== undefined) return [];
  return ours.flatMap((webhook) => {
    const words = wordsOf(webhook);
    if (!['template', 'scale'].includes(roleOf(webhook)) || words.includes('observe')) return [];
    const onError = words.includes('deny') ? 'deny' : words.includes('allow') ? 'allow' : policy.onError;
    const wanted = onError === 'deny' ? 'Fail' : 'Ignore';
    if (webhook.failurePolicy === wanted) return [];
    const what = `its failurePolicy is ${webhook.failurePolicy ?? 'not set'}, and onError: ${onError} means ${wanted}`;
    const mend = 'helm upgrade, unless webhook.failurePolicy of the chart says so';
    return [warning(`${webhook.name} does as onError says while lockstep is down`, what, mend)];
  });
}

/**
 * The checks of the registration: lockstep's webhooks are there, as its settings have them, and the API server can
 * trust them.
 * @param body the list of MutatingWebhookConfigurations
 * @param namespace lockstep's own
 */
export function registrationFindings(
  body: unknown,
  cluster: ClusterPolicy,
  namespace: string,
  nowMs: number,
): Finding[] {
  const check = 'lockstep is registered as a webhook';
  const all = registeredIn(body, namespace);
  if (!all) return [unknown(check, 'the list of registrations is of an unknown shape')];
  const ours = all.filter((each) => each.ours);
  return [...ownFindings(check, ours, cluster, nowMs), ...otherFindings(all.filter((each) => !each.ours))];
}

function ownFindings(
  check: string,
  ours: readonly Registered[],
  cluster: ClusterPolicy,
  nowMs: number,
): Finding[] {
  if (ours.length === 0)
    return [
      problem(
        check,
        'no MutatingWebhookConfiguration has a webhook of lockstep',
        'helm upgrade --install lockstep ...',
      ),
    ];
  const roles = [...new Set(ours.map(roleOf))];
  const missing = ['template', 'scale'].filter((role) => !roles.includes(role));
  const registrations = [...new Set(ours.map(({ registration }) => registration))];
  const byBundle = new Map(ours.map(({ name, clientConfig }) => [clientConfig.caBundle ?? '', name]));
  return [
    ok(check, `${registrations.join(', ')}: ${roles.sort().join(', ')}`),
    ...missing.map((role) =>
      warning(
        `the webhook "${role}" is registered`,
        'it is not: the chart has it switched off, or somebody has removed it',
      ),
    ),
    rulesFinding(ours, cluster),
    ...failureFindings(ours, cluster),
    ...[...byBundle].map(([bundle, name]) => caFinding(name, bundle, nowMs)),
  ];
}

function otherFindings(others: readonly Registered[]): Finding[] {
  const named = others.filter(({ name }) => hasOurName(name));
  const touching = others.filter(({ name, rules }) => !hasOurName(name) && touchesWorkloads(rules ?? []));
  return [
    ...named.map(({ name, registration }) =>
      warning(
        `${name} of ${registration} is lockstep’s`,
        'it has a name of lockstep, and neither its labels nor its Service are lockstep’s',
        `kubectl get mutatingwebhookconfiguration ${registration} -o yaml`,
      ),
    ),
    ...(touching.length === 0
      ? []
      : [info('other webhooks may write the same objects', touching.map(({ name }) => name).join(', '))]),
  ];
}
