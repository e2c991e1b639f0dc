import type { AssessmentAnswer } from '../../assessments/shape.ts';
import { readMeta } from '../../cluster/meta-reads.ts';
import { canExist, pathOf } from '../../cluster/object-reads.ts';
import { type SourceRef, sourceId } from '../../references/sources.ts';
import type { Workload } from '../../workloads/workload.ts';
import { askAbout } from '../ask.ts';
import { unlessForbidden } from '../forbidden.ts';
import { type FoundSources, findConfigMaps } from '../found-sources.ts';
import { gatherWorkloads } from '../gather.ts';
import { isJudged, judge, keyedKinds, usagesOf } from '../judge.ts';
import { reportOf } from '../report.ts';
import type { Session } from '../session.ts';
import { allReferences } from '../users.ts';
import type { NamedWorkload } from '../workload-args.ts';
import { type Explanation, explanationOf } from './explanation.ts';
import type { Found } from './found.ts';
import { policyRows } from './policy-rows.ts';

/** The metadata of a Secret. Its values are neither sent nor read. */
function readSecret(session: Session, namespace: string, name: string): Promise<Found> {
  const path = pathOf(namespace, 'secret', name);
  const read = async (): Promise<Found> => ({
    kind: 'secret',
    metadata: await readMeta(session.client, 'secrets', path, session.signal),
  });
  return unlessForbidden(session, read, { kind: 'not-seen' });
}

/** @param counting the ConfigMaps that count. They have been read already */
async function readFound(
  session: Session,
  namespace: string,
  sources: readonly SourceRef[],
  counting: { readonly names: ReadonlySet<string>; readonly found: FoundSources },
): Promise<ReadonlyMap<string, Found>> {
  const { client, signal } = session;
  const others = sources.filter(({ kind, name }) => kind === 'configmap' && !counting.names.has(name));
  const places = others.map(({ name }) => ({ namespace, name }));
  const uncounted = await findConfigMaps(client, places, namespace, signal);
  const configMaps = {
    get: (name: string) => counting.found.get(namespace, name) ?? uncounted.get(namespace, name),
  };
  const found = await Promise.all(
    sources.map(async ({ kind, name }): Promise<[string, Found]> => {
      const id = sourceId({ kind, name });
      if (kind === 'configmap') return [id, { kind, source: configMaps.get(name) }];
      return [
        id,
        canExist({ name }) ? await readSecret(session, namespace, name) : { kind, metadata: undefined },
      ];
    }),
  );
  return new Map(found);
}

/** A workload, explained, with what that rests on. */
export interface Explained {
  readonly explanation: Explanation;
  readonly workload: Workload;
  /** What each source looks like, by its id. It may hold values of ConfigMaps. */
  readonly found: ReadonlyMap<string, Found>;
  /** lockstep's own answer, if it was needed and came. */
  readonly answer: AssessmentAnswer | undefined;
  readonly notes: readonly string[];
}

/** Reads a workload and what it uses, and explains it. Of Secrets, it reads metadata only. */
export async function readExplanation(session: Session, named: NamedWorkload): Promise<Explained> {
  const { namespace } = session;
  const { workloads, evidence, notes } = await gatherWorkloads(session, { namespace, named: [named] });
  const [workload] = workloads;
  if (!workload) throw new Error('a workload that was read is there');
  const { policy } = evidence;
  const references = allReferences(policy, workload) ?? [];
  const sources = [...new Map(references.map((each) => [sourceId(each), each])).values()];
  const isPlain = !keyedKinds(policy).includes('configmap');
  const read = usagesOf(policy, workload).filter(({ kind }) => isPlain && kind === 'configmap');
  const counting = { names: new Set(read.map(({ name }) => name)), found: evidence.found };
  const found = await readFound(session, namespace, sources, counting);
  const [judged] = await askAbout(session, [await judge(evidence, workload)]);
  if (!judged) throw new Error('a workload that was judged is there');
  const live = new Map(
    isJudged(judged)
      ? judged.assessment.sources
          .filter(({ id }) => isPlain && id.startsWith('configmap/'))
          .map(({ id, live: digest }) => [id, digest])
      : [],
  );
  const labels = evidence.namespaceOf(namespace)?.labels ?? {};
  const explanation = explanationOf(evidence, workload, reportOf(judged), {
    references,
    found,
    digestOf: (id) => live.get(id),
    rows: policyRows(policy, workload, labels),
  });
  const answer = isJudged(judged) ? judged.answer : undefined;
  return { explanation, workload, found, answer, notes };
}
