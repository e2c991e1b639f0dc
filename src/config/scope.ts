import { readFileSync } from 'node:fs';
import { InvalidArgumentError, type Option } from 'commander';
import { parseKeys, type SecretKey } from '../digest/secret-keys.ts';
import { LockstepError, messageOf } from '../errors.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { parseSourceList } from '../references/source-list.ts';
import { option } from './option.ts';

/** The options that say what counts; `serve` and `inject` have them in common. */
export interface ScopeFlags {
  readonly secrets: 'on' | 'off';
  /** The file that holds the keys for digests of Secrets. */
  readonly secretsKeyFile?: string;
  /** Sources and keys that count for no workload. */
  readonly ignore: readonly SourcePattern[];
}

function ignoreList(text: string): readonly SourcePattern[] {
  // An empty list is what a chart or a variable that is set to nothing gives.
  if (text.trim() === '') return [];
  const parsed = parseSourceList(text, { patterns: true });
  if (parsed.kind === 'list') return parsed.entries;
  throw new InvalidArgumentError(`"${parsed.part}" ${parsed.why}.`);
}

export function scopeOptions(): Option[] {
  return [
    option('--secrets <on|off>', 'count Secrets, too', 'SECRETS').choices(['on', 'off']).default('off'),
    option(
      '--secrets-key-file <file>',
      'keys for digests of Secrets, one a line: the first is used, the others are recognised',
      'SECRETS_KEY_FILE',
    ),
    option(
      '--ignore <list>',
      'sources and keys that count for no workload: configmap/flags, secret/*#ca.crt',
      'IGNORE',
    )
      .argParser(ignoreList)
      .default([], 'none'),
  ];
}

/**
 * The keys for digests of Secrets; none where Secrets do not count.
 * @throws LockstepError CONFIG_INVALID, which names the file and never quotes it
 */
export function readKeys({ secrets, secretsKeyFile }: ScopeFlags): readonly SecretKey[] {
  if (secrets === 'off') return [];
  const wrong = (why: string, cause?: unknown) =>
    new LockstepError('CONFIG_INVALID', `--secrets-key-file: ${why}`, { cause });
  if (!secretsKeyFile) throw wrong('needed with --secrets on; make one with: openssl rand -base64 32 > FILE');
  let text: string;
  try {
    text = readFileSync(secretsKeyFile, 'utf8');
  } catch (cause) {
    throw wrong(`cannot read ${secretsKeyFile}: ${messageOf(cause)}`, cause);
  }
  const parsed = parseKeys(text);
  if (parsed.kind === 'keys') return parsed.keys;
  throw wrong(`${secretsKeyFile}: ${parsed.why}`);
}
