import { readMeta } from '../../cluster/meta-reads.ts';
import { canExist, pathOf } from '../../cluster/object-reads.ts';
import { SOURCE_RESOURCES } from '../../cluster/source-kinds.ts';
import { type PinnedSource, pinnedSources } from '../../copies/pins.ts';
import { templateMarksOf } from '../../marks/marks.ts';
import { matcherOf } from '../../references/pattern.ts';
import { type SourceRef, sourceId, sourceOfId } from '../../references/sources.ts';
import type { Workload } from '../../workloads/workload.ts';
import { keyChanges } from '../diff/changes.ts';
import { readCopy } from '../diff/copy-diff.ts';
import { unlessForbidden } from '../forbidden.ts';
import type { OwnRevision } from '../history/own-revisions.ts';
import { markedChanges, type SourceChange } from '../history/source-changes.ts';
import { usagesOf } from '../judge.ts';
import type { Session } from '../session.ts';
import { keysOf } from '../users.ts';
import type { Cause, Span } from './cause.ts';
import { type ChangedSource, editorsOf } from './editors.ts';

const WORDS: Readonly<Record<SourceChange['change'], string>> = {
  changed: 'changed',
  appeared: 'appeared',
  gone: 'was gone',
  added: 'began to count',
  dropped: 'no longer counted',
  rekeyed: 'was digested with another key, so nobody can compare it',
};

async function readMetadata(session: Session, namespace: string, source: SourceRef): Promise<unknown> {
  const { kind, name } = source;
  if (!canExist(source)) return undefined;
  const { resource } = SOURCE_RESOURCES[kind];
  const path = pathOf(namespace, kind, name);
  const read = () => readMeta(session.client, resource, path, session.signal);
  return unlessForbidden(session, read, undefined);
}

const copiesOf = ({ template }: OwnRevision): ReadonlyMap<string, PinnedSource> =>
  new Map(
    pinnedSources(templateMarksOf(template.metadata?.annotations)).map((each) => [sourceId(each), each]),
  );

async function contentOf(session: Session, namespace: string, copy: PinnedSource | undefined) {
  if (copy?.kind !== 'configmap' || copy.shortDigest === undefined) return undefined;
  const { shortDigest } = copy;
  const read = () => readCopy(session, namespace, copy, shortDigest);
  return (await unlessForbidden(session, read, undefined))?.content;
}

/** The keys that differ between the copies of two revisions. Undefined: one of them has no copy that can be read. */
async function keysBetween(
  session: Session,
  namespace: string,
  id: string,
  before: OwnRevision,
  now: OwnRevision,
): Promise<readonly string[] | undefined> {
  const was = await contentOf(session, namespace, copiesOf(before).get(id));
  const is = was && (await contentOf(session, namespace, copiesOf(now).get(id)));
  return (
    is && keyChanges(was, is).map(({ key, change }) => (change === 'changed' ? key : `${key} (${change})`))
  );
}

/** Whether the key of a source counts for the template of a revision. */
async function countingIn(session: Session, workload: Workload, { template }: OwnRevision, id: string) {
  const { policy } = await session.policy();
  const usage = usagesOf(policy, { ...workload, template }).find((each) => sourceId(each) === id);
  const keys = usage ? keysOf(usage) : 'all';
  const ignored = matcherOf(usage?.except ?? []);
  return (key: string) => (keys === 'all' ? !ignored.matches(key) : keys.includes(key));
}

/** What is certain of the configuration of two revisions, and who is likely to have edited it. */
export async function configurationCauses(
  session: Session,
  workload: Workload,
  [before, now]: readonly [OwnRevision, OwnRevision],
  span: Span,
): Promise<readonly Cause[]> {
  const marked = markedChanges(before.template, now.template);
  const one = (certainty: Cause['certainty'], message: string): readonly Cause[] => [
    { certainty, about: 'configuration', message },
  ];
  switch (marked.kind) {
    case 'same':
      return [];
    case 'not-recorded':
      return one('unknown', 'lockstep has not recorded the configuration of both revisions');
    case 'not-named':
      return one('certain', 'its configuration changed, and nothing on record names the source');
    case 'sources':
  }
  const causes: Cause[] = [];
  for (const { id, change } of marked.changes) {
    const { namespace } = workload;
    const keys = change === 'changed' ? await keysBetween(session, namespace, id, before, now) : undefined;
    const named = keys && keys.length > 0 ? `: ${keys.join(', ')}` : '';
    causes.push(...one(change === 'rekeyed' ? 'unknown' : 'certain', `${id} ${WORDS[change]}${named}`));
    if (change !== 'changed' && change !== 'appeared') continue;
    const source = sourceOfId(id);
    const changed: ChangedSource = {
      id,
      metadata: await readMetadata(session, namespace, source),
      keys: keys?.map((key) => key.replace(/ \((added|removed)\)$/, '')),
      counts: await countingIn(session, workload, now, id),
      tellsKeys: source.kind === 'configmap',
    };
    causes.push(...editorsOf(changed, span));
  }
  return causes;
}
