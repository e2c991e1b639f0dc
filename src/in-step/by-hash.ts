import { type Formats, type HashFormat, keysConfigMaps } from '../digest/format.ts';
import type { Reference } from '../references/references.ts';
import { type LiveConfig, type Reader, type RecordIn, readSources } from './live-config.ts';

/**
 * The formats that a record with the hash alone may have been made in, beside the one that it was read in. No digest of
 * a source tells. While ConfigMaps are digested with a key, no plain format is tried: a plain hash can be made of a
 * guess, and the comparison would tell whether the guess is right.
 */
function otherFormats({ current, known }: Formats, { format }: RecordIn): HashFormat[] {
  return known.filter(
    (each) =>
      each !== format &&
      each.version === format.version &&
      (keysConfigMaps(each) || !keysConfigMaps(current)),
  );
}

/**
 * Live configuration in the format that gives the recorded hash. Undefined: there is none.
 * @param references what counted before the call
 */
export async function readByHash(
  reader: Reader,
  formats: Formats,
  record: RecordIn,
  references: readonly Reference[],
): Promise<LiveConfig | undefined> {
  for (const format of otherFormats(formats, record)) {
    const live = await readSources(reader, format.usages(references), format);
    if (live.state.hash === record.recorded.hash) return live;
  }
  return undefined;
}
