import { objectReads, pathOf } from '../../cluster/object-reads.ts';
import { flawText } from '../../copies/flaw.ts';
import { inspectCopy } from '../../copies/inspect.ts';
import { copyName } from '../../copies/name.ts';
import { parseNote, usageOf } from '../../copies/note.ts';
import { fitsSeal, type PinnedSource } from '../../copies/pins.ts';
import { v1 } from '../../digest/format.ts';
import { ABSENT, type SourceContent, usedContent } from '../../digest/source.ts';
import { COPY_OF } from '../../marks/names.ts';
import type { FoundSources } from '../found-sources.ts';
import type { Session } from '../session.ts';
import { keyChanges } from './changes.ts';
import type { Contents, SourceDiff } from './workload-diff.ts';

const NOTHING: SourceContent = { data: {}, binaryData: {} };

/** The ConfigMap of which pods read a copy, as they read it. */
export async function readCopy(
  session: Session,
  namespace: string,
  pinned: PinnedSource,
  shortDigest: string,
) {
  const copy = copyName(pinned.name, shortDigest);
  const whole = objectReads(session.client, session.reads).whole;
  const object = await whole(pathOf(namespace, 'configmap', copy), 'configmap', session.signal);
  if (!object) return { copy, why: `its copy ${copy} is gone` };
  const note = parseNote(object.metadata.annotations?.[COPY_OF]);
  const ref = { kind: pinned.kind, name: pinned.name, shortDigest };
  // Anybody can make an object of this name. What it holds is checked as lockstep does.
  const inspected = inspectCopy({ current: v1(), known: [v1()] }, namespace, ref, note, object);
  if (inspected.flaw) return { copy, why: `its copy ${copy} cannot be used: ${flawText(inspected.flaw)}` };
  if (!fitsSeal(pinned.seal, inspected.note.digest))
    return { copy, why: `its copy ${copy} cannot be used: ${flawText({ is: 'other-seal' })}` };
  return { copy, content: object.content, usage: usageOf(inspected.note, ref) };
}

/** A ConfigMap that pods read a copy of: what the copy holds, against the ConfigMap as it is now. */
export async function copyDiff(
  session: Session,
  namespace: string,
  pinned: PinnedSource,
  found: FoundSources,
): Promise<{ readonly diff: SourceDiff; readonly contents?: Contents }> {
  const { name, shortDigest } = pinned;
  const base = { kind: 'ConfigMap', name } as const;
  if (shortDigest === undefined)
    return { diff: { ...base, change: 'unknown', why: 'the annotations of its template name no copy' } };
  const live = found.get(namespace, name);
  if (shortDigest === ABSENT) return { diff: { ...base, change: live ? 'appeared' : 'same' } };
  const read = await readCopy(session, namespace, pinned, shortDigest);
  if (read.content === undefined)
    return { diff: { ...base, change: 'unknown', copy: read.copy, why: read.why } };
  const now = live ? usedContent(read.usage, live.content) : NOTHING;
  const keys = keyChanges(read.content, now);
  const change = !live ? 'gone' : keys.length > 0 ? 'changed' : 'same';
  return {
    diff: { ...base, change, copy: read.copy, keys },
    contents: { before: read.content, now },
  };
}
