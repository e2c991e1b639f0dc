import { createHash } from 'node:crypto';

/** The longest name of a ConfigMap or Secret. */
const LONGEST_NAME = 253;
const INFIX = '-lockstep-';

/**
 * The name of a source's copy: the source's name and the short digest of what it holds. A name that would
 * get too long is cut, and its own digest stands in for the rest: behind the infix, where no name that is
 * whole has anything but a short digest. So two sources never share the name of a copy.
 * @param shortDigest as in `config-sources`; `absent`: a name that nobody makes
 */
export function copyName(source: string, shortDigest: string): string {
  const room = LONGEST_NAME - INFIX.length - shortDigest.length;
  if (source.length <= room) return `${source}${INFIX}${shortDigest}`;
  const digits = createHash('sha256').update(source).digest('hex').slice(0, 16);
  // A name's parts end in a letter or a digit.
  const start = source.slice(0, room - digits.length - 1).replace(/[^a-z0-9]+$/, '');
  return `${start}${INFIX}${digits}-${shortDigest}`;
}
