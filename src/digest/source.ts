import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { tooManyComparisonsError } from '../references/errors.ts';
import { LIMITS } from '../references/limits.ts';
import { matcherOf } from '../references/pattern.ts';
import { sourceId } from '../references/sources.ts';
import { byCodeUnit, type Usage } from '../references/usage.ts';
import { type Frames, framesTo } from './frames.ts';
import type { SecretKey } from './secret-keys.ts';

/**
 * What a source holds. A ConfigMap has `data` as text and `binaryData` in base64, as in the API. A Secret's
 * `data` is in base64, so it stands in `binaryData` here.
 */
export interface SourceContent {
  readonly data: Readonly<Record<string, string>>;
  readonly binaryData: Readonly<Record<string, string>>;
}

/** The digest of a source that does not exist. No hexadecimal digest can equal it. */
export const ABSENT = 'absent';

const MISSING = 'missing';

/** @throws LockstepError WORKLOAD_TOO_LARGE */
function usedKeys(usage: Usage, field: 'data' | 'binaryData', { [field]: values }: SourceContent) {
  const { [field]: keys, except } = usage;
  if (keys !== 'all') return keys;
  const present = Object.keys(values);
  const ignored = matcherOf(except);
  if (present.length * ignored.cost > LIMITS.comparisons) throw tooManyComparisonsError(sourceId(usage));
  return present.filter((key) => !ignored.matches(key)).sort(byCodeUnit);
}

/**
 * Adds one field to the canonical form, version 1. The form has a record for each used key, sorted by key. A
 * record is field name, key and value, each as a frame. The lengths in front of the frames make the form injective:
 * no two different contents have the same form.
 */
function addField(
  frames: Frames,
  field: 'data' | 'binaryData',
  keys: readonly string[],
  { [field]: values }: SourceContent,
): void {
  for (const key of keys) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    frames.addText(value === undefined ? `${field}:${MISSING}` : field);
    frames.addText(key);
    if (value === undefined) continue;
    if (field === 'data') frames.addText(value);
    else frames.addBytes(Buffer.from(value, 'base64'));
  }
}

function frameContent(hash: Hash | Hmac, usage: Usage, content: SourceContent): string {
  const frames = framesTo(hash);
  for (const field of ['data', 'binaryData'] as const)
    addField(frames, field, usedKeys(usage, field, content), content);
  frames.end();
  return hash.digest('hex');
}

/** What is used of a source. A used key that the source lacks is missing here, too. */
export function usedContent(usage: Usage, content: SourceContent): SourceContent {
  const pick = (field: 'data' | 'binaryData') => {
    const values = content[field];
    const keys = usedKeys(usage, field, content).filter((key) => Object.hasOwn(values, key));
    return Object.fromEntries(keys.map((key) => [key, values[key] ?? '']));
  };
  return { data: pick('data'), binaryData: pick('binaryData') };
}

/**
 * The keys that pods need of a source and that it lacks, sorted, each once. The template spells them out, so that they
 * tell nothing about the other keys of a Secret.
 */
export function missingKeys({ kind, needed }: Usage, { data, binaryData }: SourceContent): string[] {
  const { env = [], files = [] } = needed ?? {};
  const isInData = (key: string) => Object.hasOwn(kind === 'secret' ? binaryData : data, key);
  const missing = [
    ...env.filter((key) => !isInData(key)),
    ...files.filter((key) => !isInData(key) && !Object.hasOwn(binaryData, key)),
  ];
  return [...new Set(missing)].sort(byCodeUnit);
}

/**
 * The plain digest of what is used of a ConfigMap: SHA-256 over the canonical form, as 64 hexadecimal digits.
 * It is `absent` if the ConfigMap does not exist. A used key that the ConfigMap lacks counts as missing, not
 * as empty. Anybody can search a plain digest for values that can be guessed.
 */
export function plainDigestV1(usage: Usage, content: SourceContent | undefined): string {
  if (!content) return ABSENT;
  return frameContent(createHash('sha256').update('lockstep/source/v1\n'), usage, content);
}

/**
 * A keyed digest of what is used of a source: HMAC-SHA-256, with the key's id in front (`<id>-<64 digits>`).
 * It is `absent` if the source does not exist. The HMAC covers kind, namespace and name. Without them, a user
 * who may write some other source could let lockstep digest guessed values there, and compare the digests.
 */
export function keyedDigestV1(
  key: SecretKey,
  namespace: string,
  usage: Usage,
  content: SourceContent | undefined,
): string {
  if (!content) return ABSENT;
  const hmac = createHmac('sha256', key.bytes).update(`lockstep/${usage.kind}/v1\n`);
  const frames = framesTo(hmac);
  frames.addText(namespace);
  frames.addText(usage.name);
  frames.end();
  return `${key.id}-${frameContent(hmac, usage, content)}`;
}
