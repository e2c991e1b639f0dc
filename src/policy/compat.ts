import { type Compat, PEER_ANNOTATIONS, type Peer } from '../marks/peers.ts';
import { tooManyPatternsError } from '../references/errors.ts';
import { LIMITS } from '../references/limits.ts';
import type { Workload } from '../workloads/workload.ts';
import { injectLabel, type SwitchLabel } from './managed.ts';
import { reloaderWish } from './reloader.ts';
import { type Defaults, type Settings, settingsOf } from './settings.ts';
import { waveWish } from './wave.ts';
import { NO_WISH, partsOf, type Wish, type WishScope } from './wish.ts';

export { type Compat, PEERS } from '../marks/peers.ts';

/** The part of a workload that peers look at. */
export type Annotated = Pick<Workload, 'metadata' | 'template' | 'namespace'>;

type Annotations = Readonly<Record<string, string>>;

const ownOf = ({ metadata }: Annotated): Annotations => metadata.annotations ?? {};
const templateOf = ({ template }: Annotated): Annotations => template.metadata?.annotations ?? {};

function checkSize(annotations: Annotations): void {
  for (const name of PEER_ANNOTATIONS)
    if (partsOf(annotations[name] ?? '').length > LIMITS.patterns) throw tooManyPatternsError(name);
}

function wishOf(peer: Peer, workload: Annotated, scope: WishScope): Wish {
  const own = ownOf(workload);
  switch (peer) {
    case 'reloader':
      return reloaderWish(own, templateOf(workload), scope);
    case 'wave':
      return waveWish(own, workload.namespace, scope);
    default:
      return peer satisfies never;
  }
}

/**
 * What the annotations of all peers together ask for. If one of them asks for rollouts, those that do not ask have no
 * say in what counts: what one peer asks for comes true, whatever another one would leave out.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function peersWish(compat: Compat, workload: Annotated, scope: WishScope): Wish {
  if (compat.length === 0) return NO_WISH;
  checkSize(ownOf(workload));
  checkSize(templateOf(workload));
  const wishes = compat.map((peer) => wishOf(peer, workload, scope));
  const asking = wishes.filter(({ inject }) => inject === 'enabled');
  const deciding = asking.length > 0 ? asking : wishes.filter(({ only }) => only);
  const lists = deciding.flatMap(({ only }) => (only ? [only] : []));
  const only = lists.length > 0 && lists.length === deciding.length ? lists.flat() : undefined;
  const isForbidden = wishes.some(({ inject }) => inject === 'disabled');
  return {
    inject: asking.length > 0 ? 'enabled' : isForbidden ? 'disabled' : 'nothing',
    only,
    ifMarked: only ? deciding.flatMap(({ ifMarked }) => ifMarked) : [],
    extra: deciding.flatMap(({ extra }) => extra),
    ignore: wishes.flatMap(({ ignore }) => ignore),
    problems: wishes.flatMap(({ problems }) => problems),
  };
}

/**
 * The settings of a workload, with what peers' annotations ask for.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export const workloadSettings = (workload: Annotated, defaults: Defaults): Settings =>
  settingsOf(workload.metadata.annotations, defaults, peersWish(defaults.compat ?? [], workload, defaults));

/** Whether peers find the same annotations on two workloads. */
export const sameForPeers = (compat: Compat, a: Annotated, b: Annotated): boolean =>
  compat.length === 0 ||
  PEER_ANNOTATIONS.every(
    (name) => ownOf(a)[name] === ownOf(b)[name] && templateOf(a)[name] === templateOf(b)[name],
  );

/**
 * What says whether lockstep manages a workload: its label, or else a peer's annotation.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function injectSwitch(workload: Annotated, compat: Compat = []): SwitchLabel {
  const label = injectLabel(workload.metadata.labels);
  if (label.says === 'enabled' || label.says === 'disabled') return label;
  const { inject } = peersWish(compat, workload, { secrets: true, include: true });
  return inject === 'nothing' ? label : { says: inject };
}
