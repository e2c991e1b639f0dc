import { createHash } from 'node:crypto';
import { ABSENT } from '../digest/source.ts';
import type { SourceRef } from '../references/sources.ts';

/** Identifies a copy: by its source, and by a short digest. */
export interface CopyRef extends SourceRef {
  /** As in `config-sources`. */
  readonly shortDigest: string;
  /** The seal of the full digest. Undefined: what names the copy has none. */
  readonly seal?: string | undefined;
}

/** The longest name of a ConfigMap or Secret. */
const LONGEST_NAME = 253;
const INFIX = '-lockstep-';
/**
 * What stands for the digest of an absent source. No object can have a name with an underscore, and a
 * reference can, so nobody can make the source appear.
 */
const NOWHERE = 'absent_';

/**
 * The name of a copy: the source's name, the infix, and the short digest of what the copy holds. If that is
 * too long, the source's name is cut, and 16 digits of its own digest follow the infix. In all other names
 * only a short digest follows the infix, so copies of two sources never share a name.
 * @param shortDigest as in `config-sources`. With `absent` the name is one that no object can have
 */
export function copyName(source: string, shortDigest: string): string {
  return namedAfter(source, shortDigest === ABSENT ? NOWHERE : shortDigest);
}

/** The name of a copy that ends like this. The end tells which copy of its source it is. */
export function namedAfter(source: string, end: string): string {
  const room = LONGEST_NAME - INFIX.length - end.length;
  if (source.length <= room) return `${source}${INFIX}${end}`;
  const digits = createHash('sha256').update(source).digest('hex').slice(0, 16);
  // Each part of a DNS name must end in a letter or a digit.
  const start = source.slice(0, room - digits.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${start}${INFIX}${digits}-${end}`;
}
