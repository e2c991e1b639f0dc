/** Most foreign objects that a replica remembers. A uid takes about 100 bytes, so all take 100 KiB. */
const REMEMBERED = 1_000;

/**
 * Objects with the label of copies that are none of lockstep's, over the rounds of a sweep. lockstep leaves
 * them, and reports each once.
 */
export interface ForeignObjects {
  /** Notes that the object is still there. Returns false, and notes nothing, if it is not remembered. */
  meetAgain(uid: string): boolean;
  /** Notes that the object is there. Returns whether to report it: once, and none after too many. */
  meet(uid: string): boolean;
  /** The uids to remember. After a round that saw everything, they are those that still exist. */
  remembered(sawAll: boolean): ReadonlySet<string>;
}

/** @param before what the round before remembered */
export function foreignObjects(before: ReadonlySet<string>): ForeignObjects {
  const known = new Set(before);
  const seen = new Set<string>();
  function meetAgain(uid: string): boolean {
    if (!known.has(uid)) return false;
    seen.add(uid);
    return true;
  }
  return {
    meetAgain,
    meet(uid) {
      if (meetAgain(uid) || known.size >= REMEMBERED) return false;
      known.add(uid);
      return meetAgain(uid);
    },
    remembered: (sawAll) => (sawAll ? seen : known),
  };
}
