import { isDeepStrictEqual } from 'node:util';
import { LockstepError } from '../../errors.ts';
import { sourceMark } from '../../marks/ignore.ts';
import { ONLY } from '../../marks/names.ts';
import { PEERS, type Peer, RELOADER } from '../../marks/peers.ts';
import { workloadSettings } from '../../policy/compat.ts';
import { referencesInScope } from '../../policy/in-scope.ts';
import type { Settings } from '../../policy/settings.ts';
import { usages } from '../../references/usage.ts';
import { valueAt } from '../../workloads/fields.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Texts } from './finding.ts';
import { meaningOf } from './meaning.ts';
import { annotationsOf, decides, isRead, isWritten } from './peer-names.ts';
import type { Setting } from './setting.ts';
import { idleness, lostSources } from './shortfalls.ts';
import { allExplicit, changedWorkload, type Words, wordsFor } from './words.ts';

/** lockstep's own words for a workload, in place of a peer's. */
export interface Translation extends Words {
  /** Annotations that lockstep cannot follow, and why. They stay. */
  readonly problems: ReadonlyMap<string, string>;
  /** Why all of them stay. Then nothing is written and nothing removed. */
  readonly blocked: readonly string[];
}

const CSI_DRIVER = 'secrets-store.csi.k8s.io';

/** Whether lockstep does the same with these words as with the peer's: with and without `compat`, in each step. */
function meansTheSame(workload: Workload, words: Words, { defaults }: Setting): boolean {
  const before = meaningOf(workload, { ...defaults, compat: PEERS });
  const steps = [{ ...words, removedOfTemplate: [] }, words];
  return steps.every((step) =>
    [PEERS, []].every((compat) =>
      isDeepStrictEqual(meaningOf(changedWorkload(workload, step), { ...defaults, compat }), before),
    ),
  );
}

function obstacles(workload: Workload, { peers }: Settings): readonly string[] {
  const own = workload.metadata.annotations ?? {};
  const ofTemplate = workload.template.metadata?.annotations ?? {};
  const volumes = valueAt(workload.template, ['spec', 'volumes']);
  const hasClass =
    Array.isArray(volumes) && volumes.some((each) => valueAt(each, ['csi', 'driver']) === CSI_DRIVER);
  const isAuto = [own, ofTemplate].some((each) => each[RELOADER.auto] !== undefined);
  return [
    ...(peers.ifMarked.length > 0
      ? [`it asks for sources with ${RELOADER.match}: list their names in ${ONLY}`]
      : []),
    ...(hasClass && isAuto && peers.inject === 'enabled'
      ? ['its pods mount a SecretProviderClass, and lockstep reads ConfigMaps and Secrets']
      : []),
  ];
}

function whatIsWanted(peer: Peer, workload: Workload, setting: Setting, settings: Settings) {
  const { compat } = setting.defaults;
  return {
    usages: usages(referencesInScope(workload.template, settings)),
    isIgnored: (annotations: Texts) => peer === 'reloader' && annotations[RELOADER.ignore] === 'true',
    isIgnoredByLockstep: (annotations: Texts) => sourceMark(annotations, compat).ignored,
  };
}

const NO_WORDS = { labels: {}, annotations: {}, removed: [], removedOfTemplate: [] };
const MENDED =
  'lockstep would not do the same by its own annotations: mend those that it has on this workload';

function translated(peer: Peer, workload: Workload, setting: Setting): Translation {
  const { defaults } = setting;
  const whole = { ...defaults, secrets: true, include: true, ignore: [], compat: PEERS };
  const settings = workloadSettings(workload, whole);
  const asked = workloadSettings(workload, { ...defaults, compat: PEERS }).peers;
  const problems = new Map(asked.problems.map(({ annotation, why }) => [annotation, why]));
  const goes = (names: Texts | null | undefined) =>
    annotationsOf(peer, Object.keys(names ?? {})).filter(
      (name) => isRead(name) && !isWritten(peer, name) && !problems.has(name),
    );
  const removed = goes(workload.metadata.annotations);
  const removedOfTemplate = peer === 'reloader' ? goes(workload.template.metadata?.annotations) : [];
  const deciding = [...problems].flatMap(([name, why]) =>
    annotationsOf(peer, [name]).some(decides) ? [`${name} ${why}`] : [],
  );
  const plain = wordsFor(workload, settings, setting);
  const words = [plain, allExplicit(plain)]
    .map((each) => ({ ...each, removed, removedOfTemplate }))
    .find((each) => meansTheSame(workload, each, setting));
  const after = changedWorkload(workload, words ?? NO_WORDS);
  const plainSetting = { ...setting, defaults: { ...defaults, compat: words ? [] : PEERS } };
  const { inject } = settings.peers;
  const blocked = [
    ...obstacles(workload, settings),
    ...deciding,
    ...(inject === 'enabled' ? idleness(plainSetting, after) : []),
    ...(inject === 'disabled'
      ? []
      : lostSources(plainSetting, after, whatIsWanted(peer, workload, setting, settings))),
  ];
  const all = words || blocked.length > 0 ? blocked : [MENDED];
  return { ...(words && all.length === 0 ? words : NO_WORDS), problems, blocked: all };
}

/**
 * What a peer's annotations on a workload ask for, in lockstep's own words: only if lockstep then does the same as by
 * `compat`, and restarts pods for all that the peer restarts them for.
 */
export function translationOf(peer: Peer, workload: Workload, setting: Setting): Translation {
  try {
    return translated(peer, workload, setting);
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== 'WORKLOAD_TOO_LARGE') throw error;
    return { ...NO_WORDS, problems: new Map(), blocked: [error.message] };
  }
}
