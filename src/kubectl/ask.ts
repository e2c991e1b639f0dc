import { mapFew } from '../in-step/map-few.ts';
import { isJudged, type Judged, type NotJudged } from './judge.ts';
import { seenOf } from './seen.ts';
import type { Session } from './session.ts';
import { stateOf } from './standing.ts';

/** Only lockstep can say where such a workload stands. */
const isOpen = (judged: Judged | NotJudged): judged is Judged =>
  isJudged(judged) && judged.unknown.size > 0 && stateOf(seenOf(judged)) === 'Unknown';

/**
 * Asks lockstep about the workloads of which it cannot be told here where they stand: their Secrets need its key. It
 * answers those who may get the workload. What it does not answer stays unknown.
 * @param onProgress told how many have been asked, of how many
 */
export async function askAbout(
  { assessments, signal }: Pick<Session, 'assessments' | 'signal'>,
  judged: readonly (Judged | NotJudged)[],
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<readonly (Judged | NotJudged)[]> {
  const open = judged.filter(isOpen);
  let done = 0;
  const answered = await mapFew(open, signal, async (each) => {
    const { kind, namespace, metadata } = each.workload;
    const answer = await assessments.read(kind, namespace, metadata.name ?? '', signal);
    done += 1;
    onProgress(done, open.length);
    return [each, typeof answer === 'string' ? each : { ...each, answer }] as const;
  });
  const byOpen = new Map<Judged | NotJudged, Judged>(answered);
  return judged.map((each) => byOpen.get(each) ?? each);
}
