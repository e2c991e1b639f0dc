import type { Peer } from '../../marks/peers.ts';
import { PEER_ANNOTATIONS, RELOADER, WAVE } from '../../marks/peers.ts';
import { SOURCE_KINDS, type SourceKind } from '../../references/sources.ts';
import type { Texts } from './finding.ts';

/** What these programs write into the pod template, without being asked. */
const WRITTEN: Readonly<Record<Peer, string>> = {
  reloader: 'reloader.stakater.com/last-reloaded-from',
  wave: 'wave.pusher.com/config-hash',
};

/** Where Wave keeps the name of the scheduler while pods must not start. */
export const SCHEDULER_BEFORE = 'wave.pusher.com/scheduling-disabled';
export const INVALID_SCHEDULER = 'wave.pusher.com/invalid';
export const WAVE_FINALIZER = 'wave.pusher.com/finalizer';

export const isWritten = (peer: Peer, name: string): boolean => name === WRITTEN[peer];

function isOf(peer: Peer, name: string): boolean {
  const domain = name.slice(0, name.indexOf('/'));
  if (peer === 'wave') return domain === 'wave.pusher.com';
  return domain === 'reloader.stakater.com' || domain.endsWith('.reloader.stakater.com');
}

/** All annotations of a peer among these, by name. */
export const annotationsOf = (peer: Peer, names: readonly string[]): readonly string[] =>
  names.filter((name) => isOf(peer, name)).toSorted();

/** Annotations of workloads that `compat` reads. */
export const isRead = (name: string): boolean => PEER_ANNOTATIONS.includes(name);

/** Annotations without which the peer does something less: of a workload that it looks at, what it restarts for. */
export const decides = (name: string): boolean =>
  [WAVE.extra.configmap, WAVE.extra.secret].some((each) => each === name) ||
  SOURCE_KINDS.some((kind) => RELOADER.kinds[kind].auto === name || RELOADER.kinds[kind].reload === name);

const PLURAL: Readonly<Record<SourceKind, string>> = { configmap: 'ConfigMaps', secret: 'Secrets' };

const IN_WORDS: Readonly<Record<string, string>> = {
  [RELOADER.search]: 'it says nothing beside the others',
  [WAVE.update]: 'everything that the template refers to counts',
  [WAVE.extra.configmap]: 'these count, too',
  [WAVE.extra.secret]: 'these count, too',
  ...Object.fromEntries(
    SOURCE_KINDS.flatMap((kind) => {
      const { auto, reload, exclude } = RELOADER.kinds[kind];
      return [
        [auto, `it says whether ${PLURAL[kind]} count`],
        [reload, `of ${PLURAL[kind]}, only these count, unless auto is true`],
        [exclude, 'these do not count'],
      ];
    }),
  ),
};

const SAYS_NO = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What lockstep takes an annotation of a workload as. */
export function takenAs(name: string, annotations: Texts): string {
  if (name === RELOADER.auto)
    return SAYS_NO.includes(annotations[name] ?? '')
      ? 'lockstep keeps out, unless another of these annotations asks'
      : 'everything that the template refers to counts';
  const reload = SOURCE_KINDS.some((kind) => RELOADER.kinds[kind].reload === name);
  const words = IN_WORDS[name] ?? 'it is the default';
  return reload && annotations[name]?.includes('*')
    ? `${words}; of a pattern, only what the template refers to`
    : words;
}
