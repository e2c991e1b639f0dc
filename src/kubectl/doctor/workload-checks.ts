import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe } from '../../schema.ts';
import { progressOf } from '../../workloads/progress.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { Explanation } from '../explain/explanation.ts';
import { type Finding, info, ok, problem, unknown, warning } from './finding.ts';

const hasConditions = Compile(
  Type.Object({
    status: Type.Object({
      conditions: Type.Array(
        Type.Object({ type: Type.String(), status: Type.String(), message: maybe(Type.String()) }),
      ),
    }),
  }),
);

function managedFinding({ metadata, status }: Explanation, name: string): Finding {
  const check = 'lockstep acts on it';
  if (status.state !== 'NotManaged') return ok(check, 'it does');
  if (status.reason === 'no-references') return info(check, status.message);
  const place = `--namespace ${metadata.namespace}`;
  const mend = `kubectl ${place} label ${name} lockstep.dev/inject=enabled --overwrite`;
  return problem(
    check,
    status.message,
    status.reason === 'out-of-scope' ? 'the chart: excludedNamespaces' : mend,
  );
}

/** What to do about a workload that waits. */
function waitingMend(reason: string, namespace: string, name: string): string | undefined {
  const place = `--namespace ${namespace}`;
  if (reason === 'paused') return `kubectl ${place} rollout resume ${name}`;
  if (reason === 'roll-on' || reason === 'queued') return `kubectl lockstep roll ${name} ${place}`;
  if (reason === 'stopped') return 'mend the configuration: the next edit goes on';
  return undefined;
}

function stateFinding({ metadata, status }: Explanation, name: string): Finding {
  const check = 'its pods hold its configuration as it is now';
  const { state, reason, message } = status;
  const { namespace } = metadata;
  switch (state) {
    case 'InStep':
      return ok(check, message);
    case 'Drifted':
      return problem(check, message, `kubectl lockstep roll ${name} --namespace ${namespace}`);
    case 'Waiting':
      return problem(check, message, waitingMend(reason, namespace, name));
    case 'Held':
      return warning(
        check,
        message,
        `edit the configuration, or end the hold: see docs/reference.md, lockstep.dev/held`,
      );
    default:
      return unknown(check, message);
  }
}

function rolloutFindings(workload: Workload, name: string): Finding[] {
  const check = 'its rollout goes well';
  const place = `kubectl --namespace ${workload.namespace}`;
  const mend = `${place} describe ${name}`;
  const { object } = workload;
  const conditions = hasConditions.Check(object) ? object.status.conditions : [];
  // A quota, a policy or a webhook refuses its pods.
  const refused = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (refused) return [problem(check, refused.message ?? 'its pods cannot be made', mend)];
  const progress = progressOf(workload);
  if (progress === 'complete') return [ok(check, 'all of its pods are of the present template')];
  if (workload.paused) return [];
  if (progress === 'under-way') return [info(check, 'it is under way', `${place} rollout status ${name}`)];
  const why = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False')?.message;
  return [problem(check, why ?? 'it has failed', mend)];
}

const problemFindings = ({ problems }: Explanation): Finding[] =>
  problems.map((text) => problem('its labels and annotations can be read', text, 'correct or remove it'));

/** The checks of the workload itself. */
export function workloadFindings(explanation: Explanation, workload: Workload): Finding[] {
  const name = nameOf(workload);
  const managed = managedFinding(explanation, name);
  const isManaged = managed.verdict === 'ok';
  return [
    managed,
    ...problemFindings(explanation),
    ...(isManaged ? [stateFinding(explanation, name)] : []),
    ...rolloutFindings(workload, name),
  ];
}
