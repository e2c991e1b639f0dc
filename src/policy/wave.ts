import { isDnsSubdomain } from '../dns-names.ts';
import { INCLUDE } from '../marks/names.ts';
import { WAVE } from '../marks/peers.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { SOURCE_KINDS, type SourceKind } from '../references/sources.ts';
import type { Problem } from './settings.ts';
import { NO_WISH, partsOf, SECRETS_OFF, type Wish, type WishScope, wholeSource } from './wish.ts';

type Annotations = Readonly<Record<string, string>>;

interface Extra {
  readonly sources: readonly SourcePattern[];
  readonly problems: readonly Problem[];
}

/** `app`, or `shop/app` in the workload's own namespace. */
function extraOf(kind: SourceKind, part: string, namespace: string): SourcePattern | string {
  const [first = '', second, ...more] = part.split('/');
  const name = second ?? first;
  if (more.length > 0 || !isDnsSubdomain(name)) return 'does not name a ConfigMap or Secret';
  if (second !== undefined && first !== namespace)
    return 'is in another namespace, which lockstep does not read';
  return wholeSource(kind, name);
}

function extras(kind: SourceKind, own: Annotations, namespace: string, scope: WishScope): Extra {
  const annotation = WAVE.extra[kind];
  const parts = partsOf(own[annotation] ?? '');
  const off =
    (!scope.include && `is further configuration, and ${INCLUDE} is switched off in this cluster`) ||
    (kind === 'secret' && !scope.secrets && SECRETS_OFF);
  const found = parts.map((part) => ({ part, is: off || extraOf(kind, part, namespace) }));
  return {
    sources: found.flatMap(({ is }) => (typeof is === 'string' ? [] : is)),
    problems: found.flatMap(({ part, is }) => (typeof is === 'string' ? { annotation, part, why: is } : [])),
  };
}

/** What Wave's annotations on a workload ask for. Without the first one, Wave does not look at the others. */
export function waveWish(own: Annotations, namespace: string, scope: WishScope): Wish {
  if (own[WAVE.update] !== 'true') return NO_WISH;
  const found = SOURCE_KINDS.map((kind) => extras(kind, own, namespace, scope));
  return {
    ...NO_WISH,
    inject: 'enabled',
    extra: found.flatMap(({ sources }) => sources),
    problems: found.flatMap(({ problems }) => problems),
  };
}
