import { createHash } from 'node:crypto';
import type { SourceRef } from '../references/sources.ts';

/** Identifies a copy: by its source, and by a short digest. */
export interface CopyRef extends SourceRef {
  /** As in `config-sources`. */
  readonly shortDigest: string;
}

/** The longest name of a ConfigMap or Secret. */
const LONGEST_NAME = 253;
const INFIX = '-lockstep-';

/**
 * The name of a copy: the source's name, the infix, and the short digest of what the copy holds. If that is
 * too long, the source's name is cut, and 16 digits of its own digest follow the infix. In all other names
 * only a short digest follows the infix, so copies of two sources never share a name.
 * @param shortDigest as in `config-sources`. With `absent` the name is one that nobody makes
 */
export function copyName(source: string, shortDigest: string): string {
  const room = LONGEST_NAME - INFIX.length - shortDigest.length;
  if (source.length <= room) return `${source}${INFIX}${shortDigest}`;
  const digits = createHash('sha256').update(source).digest('hex').slice(0, 16);
  // Each part of a DNS name must end in a letter or a digit.
  const start = source.slice(0, room - digits.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${start}${INFIX}${digits}-${shortDigest}`;
}
