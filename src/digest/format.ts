import { hash } from 'node:crypto';
import type { Reference } from '../references/references.ts';
import type { SourceKind } from '../references/sources.ts';
import { byCodeUnit, type Usage, usages } from '../references/usage.ts';
import type { SecretKey } from './secret-keys.ts';
import { ABSENT, keyedDigestV1, plainDigestV1, type SourceContent } from './source.ts';

/**
 * One fixed way to make a config hash out of sources, with one key. A released format never changes. That
 * includes which keys of a source it takes as used.
 */
export interface HashFormat {
  /** `v1`. It stands in front of the hash. */
  readonly version: string;
  /** The id of the key. Undefined: there is none, so sources of the keyed kinds cannot be digested. */
  readonly keyId: string | undefined;
  /** The kinds whose digests are made with the key. Those of the other kinds are plain. */
  readonly keyed: readonly SourceKind[];
  readonly usages: (references: readonly Reference[]) => Usage[];
  readonly sourceDigest: (namespace: string, usage: Usage, content: SourceContent | undefined) => string;
  /** @param digests source id -> digest */
  readonly configHash: (digests: ReadonlyMap<string, string>) => string;
}

/** The formats of this version of lockstep. */
export interface Formats {
  /** The format that lockstep writes. */
  readonly current: HashFormat;
  /** The formats that lockstep can read, `current` among them. */
  readonly known: readonly HashFormat[];
}

function configHashV1(digests: ReadonlyMap<string, string>): string {
  // Lines cannot be confused: neither an id (kind/DNS-name) nor a digest can hold a space or a newline.
  const lines = [...digests].sort(([a], [b]) => byCodeUnit(a, b)).map(([id, digest]) => `${id} ${digest}\n`);
  return `v1-${hash('sha256', `lockstep/config/v1\n${lines.join('')}`)}`;
}

/** Whether a format digests ConfigMaps with a key. */
export const keysConfigMaps = ({ keyed }: Pick<HashFormat, 'keyed'>): boolean => keyed.includes('configmap');

/** How ConfigMaps are digested. Secrets always are `keyed`. */
export type ConfigMapDigests = 'plain' | 'keyed';

const KEYED: Readonly<Record<ConfigMapDigests, readonly SourceKind[]>> = {
  plain: ['secret'],
  keyed: ['configmap', 'secret'],
};

/** Version 1 of the format, with this key. */
export function v1(key?: SecretKey, configMaps: ConfigMapDigests = 'plain'): HashFormat {
  const keyed = KEYED[configMaps];
  return {
    version: 'v1',
    keyId: key?.id,
    keyed,
    usages,
    sourceDigest(namespace, usage, content) {
      if (!keyed.includes(usage.kind)) return plainDigestV1(usage, content);
      if (!key) throw new Error(`a ${usage.kind} is to be digested without a key`);
      return keyedDigestV1(key, namespace, usage, content);
    },
    configHash: configHashV1,
  };
}

/**
 * The formats of this version of lockstep.
 * @param keys lockstep digests with the first key. It still recognises digests by the others
 * @param configMaps how lockstep digests ConfigMaps. It still recognises both ways
 */
export function formatsWith(
  keys: readonly SecretKey[] = [],
  configMaps: ConfigMapDigests = 'plain',
): Formats {
  const [first, ...others] = keys;
  const current = v1(first, configMaps);
  const other = configMaps === 'plain' ? 'keyed' : 'plain';
  const known = [
    current,
    // Without a key there are no keyed digests to recognise.
    ...(first ? [v1(first, other)] : []),
    ...others.flatMap((key) => [v1(key, configMaps), v1(key, other)]),
  ];
  return { current, known };
}

/** Digits of a digest in `config-sources`. They are 64 bits, which is enough to see that a source moved. */
const SHORT_DIGITS = 16;

/** Of a plain digest `<16 digits>`, of a keyed one `<key id>-<16 digits>`, or `absent`. */
export function shortDigest(digest: string): string {
  if (digest === ABSENT) return ABSENT;
  const afterKey = digest.lastIndexOf('-') + 1;
  return digest.slice(0, afterKey + SHORT_DIGITS);
}

/** The id of the key that a digest was made with. Undefined: it is plain, or that of an absent source. */
export function keyIdOf(digest: string): string | undefined {
  return /^([0-9a-f]{8})-/.exec(digest)?.[1];
}

/** Whether a source of this kind can have this digest, short or full, in the format. */
function fits({ keyed, keyId }: HashFormat, kind: SourceKind, digest: string): boolean {
  return digest === ABSENT || keyIdOf(digest) === (keyed.includes(kind) ? keyId : undefined);
}

/**
 * The format that a digest, short or full, of a source of this kind was made in. Undefined: its key is not
 * known.
 */
export function formatOfDigest(kind: SourceKind, digest: string, { known }: Formats): HashFormat | undefined {
  return known.find((format) => fits(format, kind, digest));
}

/** The state of a workload's configuration, recorded or live. */
export interface ConfigState {
  /** The config hash. */
  readonly hash: string;
  /** Source id -> short digest. */
  readonly sources: Readonly<Record<string, string>>;
  /** Of a record: it has no sources, because the annotations had no room for them. */
  readonly hashOnly?: boolean;
}

/** @param digests source id -> full digest */
export function configState(digests: ReadonlyMap<string, string>, format: HashFormat): ConfigState {
  const sorted = [...digests].sort(([a], [b]) => byCodeUnit(a, b));
  return {
    hash: format.configHash(digests),
    sources: Object.fromEntries(sorted.map(([id, digest]) => [id, shortDigest(digest)])),
  };
}

/**
 * The format that a record was made in.
 * - `known`: this format, so live configuration can be compared with the record
 * - `unknown-key`: this version, but with a key that is not known. Sources with a plain digest can be compared
 */
export type RecordedFormat =
  | { readonly kind: 'known' | 'unknown-key'; readonly format: HashFormat }
  | { readonly kind: 'unknown-version' | 'malformed' };

const kindOf = (id: string): SourceKind => (id.startsWith('secret/') ? 'secret' : 'configmap');

/**
 * The format of a record. The digests of its sources tell which key it was made with, and whether that key
 * was for ConfigMaps, too. If they do not tell, as those of absent sources, the current format counts.
 */
export function formatOf(recorded: ConfigState, { known }: Formats): RecordedFormat {
  const version = /^(v\d+)-[0-9a-f]{16,128}$/.exec(recorded.hash)?.[1];
  if (version === undefined) return { kind: 'malformed' };
  const formats = known.filter((format) => format.version === version);
  const [first] = formats;
  if (!first) return { kind: 'unknown-version' };
  const digests = Object.entries(recorded.sources);
  const format = formats.find((each) => digests.every(([id, digest]) => fits(each, kindOf(id), digest)));
  if (format) return { kind: 'known', format };
  const keyIds = new Set(formats.map(({ keyId }) => keyId));
  const isLost = digests.some(([, digest]) => !keyIds.has(keyIdOf(digest) ?? first.keyId));
  const plain = formats.find(({ keyed }) => !keyed.includes('configmap')) ?? first;
  return { kind: isLost ? 'unknown-key' : 'known', format: plain };
}
