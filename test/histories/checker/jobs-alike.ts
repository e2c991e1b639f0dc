import { copyName } from '../../../src/copies/name.ts';
import { ABSENT } from '../../../src/digest/source.ts';
import { asksForPin, injectLabel, pinLabel } from '../../../src/policy/managed.ts';
import { references } from '../../../src/references/references.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Usage } from '../../../src/references/usage.ts';
import { usages } from '../../../src/references/usage.ts';
import type { Pod } from '../../../src/workloads/pod.ts';
import { endOf } from './copies.ts';
import type { Call, Copy, History, Job, Life, Version } from './history.ts';
import { ownerOf } from './revisions.ts';
import { digestsIn, FORMAT } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { callsOf, windowOf } from './windows.ts';
import { commitsIn } from './workload-steps.ts';

/** A pod of a Job, as it was made. */
interface Made {
  readonly name: string;
  readonly pod: Pod;
  readonly version: Version;
  readonly call: Call;
}

/** The pods that a Job's controller made, in order. */
function podsOf(history: History, job: Life<Job>): readonly Made[] {
  return history.pods.flatMap(({ name, commits: [made] }) => {
    if (!made || ownerOf(made.object) !== job.uid) return [];
    const [call] = callsOf(history, 'pods', name, made.version);
    return call ? [{ name, pod: made.object, version: made.version, call }] : [];
  });
}

/** What a pod reads instead of a source, by the places that name it: `live`, the name of a copy, or nothing. */
function reads(job: Job, pod: Pod, usage: Usage): readonly string[] {
  const named = new Map(references(pod).map(({ where, name }) => [where, name]));
  const own = references(job.template).filter((each) => sourceId(each) === sourceId(usage));
  return own.map(({ where }) => {
    const name = named.get(where);
    return name === undefined ? 'nothing' : name === usage.name ? 'live' : name;
  });
}

/** What is wrong with the copy that pods of a Job read. */
function badCopy(
  history: History,
  job: Life<Job>,
  { usage, name, by }: { readonly usage: Usage; readonly name: string; readonly by: Made },
  pods: readonly Made[],
): string | undefined {
  // The copy may be made in the review of a pod that comes later.
  const from = Math.min(...pods.map(({ call }) => windowOf(history, call).from));
  const found = digestsIn(history, usage, { from, to: by.version });
  const copy = history.copies.find(
    (each) => each.name === name && endOf(each) > by.version && (each.commits[0]?.version ?? 0) <= by.version,
  );
  const [made] = copy?.commits ?? [];
  // The environment has no entry of an absent source.
  if (name === 'nothing' || name === copyName(usage.name, ABSENT))
    return found.has(ABSENT) ? undefined : `${name} stands for an absent source, which was there`;
  if (!copy || !made) return `${name} is not there`;
  const holds = ({ content }: Copy) => FORMAT.sourceDigest('', usage, content);
  if (!copy.commits.every(({ object }) => object.immutable && holds(object) === holds(made.object)))
    return `${name} need not stay as it is`;
  if (!found.has(holds(made.object))) return `${name} holds what its source did not hold`;
  if (copy.deletedAt !== undefined && copy.deletedAt < endOf(job))
    return `${name} was deleted before ${job.name}`;
  return made.object.owners.includes(job.uid) ? undefined : `${name} is not kept for ${job.name}`;
}

/** Why a pod of a Job need not read what the others read. */
function exemption(history: History, job: Life<Job>, { version, call }: Made): Verdict | undefined {
  // The API server accepts the pod unchanged (failurePolicy: Ignore). `Checked` holds that this stays rare.
  if (call.unchecked) return exempt('not checked: a replica was killed');
  const { from } = windowOf(history, call);
  // Its controller deletes the pod.
  if (commitsIn(job, { from, to: version }).some(({ object }) => object.suspended))
    return exempt('its job is suspended');
  return endOf(job) <= version ? exempt('its job is gone') : undefined;
}

function judgeSource(
  history: History,
  job: Life<Job>,
  usage: Usage,
  pods: readonly Made[],
): readonly Verdict[] {
  const [object] = job.commits.map((commit) => commit.object);
  if (!object) return [];
  let settled: { readonly text: string; readonly by: Made } | undefined;
  return pods.map((made) => {
    const free = exemption(history, job, made);
    if (free) return free;
    const names = reads(object, made.pod, usage);
    const text = names.join(', ');
    if (names.includes('live')) {
      // Pods wait for a required source that does not exist, and nobody knows yet what it will hold.
      const window = { from: windowOf(history, made.call).from, to: made.version };
      if (!settled && usage.required && digestsIn(history, usage, window).has(ABSENT))
        return exempt('a source that its pods need is gone');
      return violated(`${made.name} of ${job.name} reads ${sourceId(usage)} itself`, made.version);
    }
    settled ??= { text, by: made };
    if (text !== settled.text)
      return violated(
        `${made.name} of ${job.name} reads ${text} as ${sourceId(usage)}, and ${settled.by.name} ${settled.text}`,
        made.version,
      );
    const [name = 'nothing'] = names.filter((each) => each !== 'nothing');
    const wrong = badCopy(history, job, { usage, name, by: settled.by }, pods);
    return wrong ? violated(`${made.name} of ${job.name}: ${wrong}`, made.version) : HELD;
  });
}

/**
 * All pods of a Job that asks for copies read the same: what its first pod found. Its retries and parallel pods do, and
 * those after a suspension.
 */
export function jobsAlike(history: History): readonly Verdict[] {
  return history.jobs.flatMap((job) => {
    const [made] = job.commits;
    if (!made) return [];
    const { labels } = made.object.metadata;
    if (injectLabel(labels).says === 'disabled' || !asksForPin(pinLabel(labels), history.pinNamespace))
      return [];
    const pods = podsOf(history, job);
    return usages(references(made.object.template)).flatMap((usage) =>
      judgeSource(history, job, usage, pods),
    );
  });
}
