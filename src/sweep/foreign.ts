/** Most foreign objects that a replica remembers. A uid takes about 100 bytes, so all take 100 KiB. */
const REMEMBERED = 1_000;

/**
 * Objects with the label of copies that are none of lockstep's, over the rounds of a sweep. lockstep leaves
 * them, and reports each once.
 */
export interface ForeignObjects {
  /** Whether this is the first time that anybody hears of it. After too many, no more are reported. */
  isNews(uid: string): boolean;
  isKnown(uid: string): boolean;
  /** The uids to remember. After a round that saw everything, they are those that still exist. */
  remembered(sawAll: boolean): ReadonlySet<string>;
}

/** @param before what the round before remembered */
export function foreignObjects(before: ReadonlySet<string>): ForeignObjects {
  const known = new Set(before);
  const seen = new Set<string>();
  return {
    isNews(uid) {
      const isNews = !known.has(uid) && known.size < REMEMBERED;
      if (isNews) known.add(uid);
      if (known.has(uid)) seen.add(uid);
      return isNews;
    },
    isKnown: (uid) => known.has(uid),
    remembered: (sawAll) => (sawAll ? seen : known),
  };
}
