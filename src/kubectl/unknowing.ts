import {
  type ConfigState,
  type Formats,
  type HashFormat,
  keyIdOf,
  shortDigest,
  v1,
} from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { type SourceKind, sourceId } from '../references/sources.ts';
import { isTouched, NOTHING_SUPPOSED, type Suppositions } from './supposed.ts';

/** Formats without the installation's key, and the sources that could not be digested with them. */
export interface Unknowing {
  readonly formats: Formats;
  /** Ids of the sources about which nothing can be said here. */
  readonly unknown: ReadonlySet<string>;
}

/** What stands for the digest of a source that nobody can digest here, and that is not on record. */
const NOT_DIGESTED = 'not-digested';

/** No key has this id: lockstep makes ids of hexadecimal digits from the keys themselves. */
const NO_KEY = '00000000';

/** Whether digests on record are those that these digests stand for. */
function isAsRecorded(recorded: ConfigState, digests: ReadonlyMap<string, string>): boolean {
  const ids = Object.keys(recorded.sources);
  return (
    ids.length === digests.size &&
    ids.every((id) => shortDigest(digests.get(id) ?? '') === recorded.sources[id])
  );
}

/**
 * Formats for a place without the key of the installation, as a laptop is. A source that needs the key counts as its
 * record says, so that the others can still be judged. `unknown` tells which these are.
 * @param keyed the kinds that are digested with the key
 * @param supposed edits that nobody has made. A source that one of them changes certainly differs from its record
 */
export function unknowingFormats(
  recorded: ConfigState | undefined,
  keyed: readonly SourceKind[],
  supposed: Suppositions = NOTHING_SUPPOSED,
): Unknowing {
  const unknown = new Set<string>();
  const plain = v1();
  const isKnown = (id: string) => recorded !== undefined && Object.hasOwn(recorded.sources, id);
  const keyId = Object.values(recorded?.sources ?? {})
    .map(keyIdOf)
    .find((id) => id !== undefined);
  const current: HashFormat = {
    ...plain,
    keyId,
    keyed,
    sourceDigest(namespace, usage, content) {
      if (!keyed.includes(usage.kind)) return plain.sourceDigest(namespace, usage, content);
      const id = sourceId(usage);
      const edit = supposed.of(namespace, usage);
      if (edit && isTouched(usage, edit)) return edit.after ? `${keyId ?? NO_KEY}-${NOT_DIGESTED}` : ABSENT;
      unknown.add(id);
      return isKnown(id) ? (recorded?.sources[id] ?? NOT_DIGESTED) : NOT_DIGESTED;
    },
    configHash: (digests) =>
      recorded && isAsRecorded(recorded, digests) ? recorded.hash : plain.configHash(digests),
  };
  return { formats: { current, known: [current, plain] }, unknown };
}
