import { InvalidArgumentError } from 'commander';
import type { SourcePattern } from '../references/pattern.ts';
import { parseSourceList } from '../references/source-list.ts';
import type { ValueType } from './option.ts';
import { orNone } from './value-types.ts';

function parsePatterns(given: string): readonly SourcePattern[] {
  const parsed = parseSourceList(given, { patterns: true });
  if (parsed.kind === 'list') return parsed.entries;
  throw new InvalidArgumentError(`"${parsed.part}" ${parsed.why}.`);
}

/** Patterns of sources and of their keys. */
export const SOURCES: ValueType<readonly SourcePattern[]> = orNone({
  valueName: 'list',
  parse: parsePatterns,
});

/** Patterns of whole sources. */
export const WHOLE_SOURCES: ValueType<readonly SourcePattern[]> = orNone({
  valueName: 'list',
  parse(given) {
    const patterns = parsePatterns(given);
    const keyed = patterns.find(({ key }) => key !== undefined);
    if (!keyed) return patterns;
    throw new InvalidArgumentError(
      `"${keyed.kind}/${keyed.name}#${keyed.key}" names a key, and only whole sources can be listed here.`,
    );
  },
});
