import { createHash } from 'node:crypto';
import { byCodeUnit, type Usage } from '../references/usage.ts';
import { ABSENT, type SourceContent, sourceDigestV1 } from './source.ts';

/** One way of turning sources into a config hash. A format, once released, never changes. */
export interface HashFormat {
  /** In front of the hash: `v1`. */
  readonly version: string;
  readonly sourceDigest: (usage: Usage, content: SourceContent | undefined) => string;
  /** The config hash over source id -> digest. */
  readonly configHash: (digests: ReadonlyMap<string, string>) => string;
}

function configHashV1(digests: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256').update('lockstep/config/v1\n');
  // Source ids are kind/DNS-name and digests hexadecimal: neither can hold a space or a newline.
  for (const [id, digest] of [...digests].sort(([a], [b]) => byCodeUnit(a, b)))
    hash.update(`${id} ${digest}\n`);
  return `v1-${hash.digest('hex')}`;
}

export const v1: HashFormat = { version: 'v1', sourceDigest: sourceDigestV1, configHash: configHashV1 };

/** The format that is written. */
export const CURRENT_FORMAT = v1;

/** The formats that are understood when read. */
export const KNOWN_FORMATS: readonly HashFormat[] = [v1];

export type FormatLookup =
  | { readonly kind: 'known'; readonly format: HashFormat }
  | { readonly kind: 'unknown'; readonly version: string }
  | { readonly kind: 'malformed' };

/** The format of a recorded config hash. */
export function formatOf(recorded: string, formats = KNOWN_FORMATS): FormatLookup {
  const version = /^(v\d+)-[0-9a-f]{16,128}$/.exec(recorded)?.[1];
  if (version === undefined) return { kind: 'malformed' };
  const format = formats.find((candidate) => candidate.version === version);
  return format ? { kind: 'known', format } : { kind: 'unknown', version };
}

/** Digits of a digest that are shown in `config-sources`: 64 bits, enough to see that a source moved. */
const SHORT_DIGITS = 16;

export function shortDigest(digest: string): string {
  return digest === ABSENT ? ABSENT : digest.slice(0, SHORT_DIGITS);
}

/** The configuration of a workload as it is now: its config hash, and a short digest for each source id. */
export interface ConfigState {
  readonly hash: string;
  readonly sources: Readonly<Record<string, string>>;
}

export function configState(digests: ReadonlyMap<string, string>, format: HashFormat): ConfigState {
  const sorted = [...digests].sort(([a], [b]) => byCodeUnit(a, b));
  return {
    hash: format.configHash(digests),
    sources: Object.fromEntries(sorted.map(([id, digest]) => [id, shortDigest(digest)])),
  };
}
