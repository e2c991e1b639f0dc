import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { parseKeys, type SecretKey } from '../digest/secret-keys.ts';
import { messageOf } from '../errors.ts';
import type { SourcePattern } from '../references/pattern.ts';
import { parseSourceList } from '../references/source-list.ts';
import { configError } from './errors.ts';
import type { OptionTable, Values, ValueType } from './option.ts';
import { ON_OFF, oneOf, text } from './value-types.ts';

const SOURCES: ValueType<readonly SourcePattern[]> = {
  valueName: 'list',
  parse(given) {
    // A chart, or an empty environment variable, gives an empty list.
    if (given.trim() === '') return [];
    const parsed = parseSourceList(given, { patterns: true });
    if (parsed.kind === 'list') return parsed.entries;
    throw new InvalidArgumentError(`"${parsed.part}" ${parsed.why}.`);
  },
};

/** The options that say which workloads and which sources count. `serve` and `inject` share them. */
export const SCOPE_OPTIONS = {
  '--inject-default': {
    value: oneOf(['enabled', 'disabled']),
    default: 'enabled',
    description:
      'what applies to a workload if neither it nor its namespace has the label lockstep.dev/inject',
  },
  '--secrets': { value: ON_OFF, default: 'off', description: 'count Secrets as sources, too' },
  '--secrets-key-file': {
    value: text('file'),
    neededWith: '--secrets on',
    description:
      'keys for digests of Secrets, one per line: lockstep writes with the first and recognises the others',
  },
  '--ignore': {
    value: SOURCES,
    default: '',
    description: 'sources and keys that count for no workload: configmap/flags, secret/*#ca.crt',
  },
} as const satisfies OptionTable;

type ScopeValues = Values<typeof SCOPE_OPTIONS>;

/** @returns only the values of these options, whatever else was given */
export const scopeConfig = ({ injectDefault, secrets, secretsKeyFile, ignore }: ScopeValues) => ({
  injectDefault,
  /** Whether Secrets count as sources. */
  secrets,
  /** The file that holds the keys for digests of Secrets. */
  secretsKeyFile,
  /** Sources and keys that count for no workload. */
  ignore,
});

/**
 * Reads the keys for digests of Secrets; none if Secrets do not count.
 * @throws LockstepError CONFIG_INVALID, which names the file and never quotes it
 */
export function readKeys({
  secrets,
  secretsKeyFile,
}: Pick<ScopeValues, 'secrets' | 'secretsKeyFile'>): readonly SecretKey[] {
  if (!secrets) return [];
  const keyFileError = (why: string, cause?: unknown) => configError(`--secrets-key-file: ${why}`, cause);
  if (!secretsKeyFile)
    throw keyFileError('needed with --secrets on; make one with: openssl rand -base64 32 > FILE');
  let keys: string;
  try {
    keys = readFileSync(secretsKeyFile, 'utf8');
  } catch (cause) {
    throw keyFileError(`cannot read ${secretsKeyFile}: ${messageOf(cause)}`, cause);
  }
  const parsed = parseKeys(keys);
  if (parsed.kind === 'keys') return parsed.keys;
  throw keyFileError(`${secretsKeyFile}: ${parsed.why}`);
}
