import { isDnsSubdomain } from '../dns-names.ts';
import type { SourcePattern } from './pattern.ts';
import { SOURCE_KINDS } from './sources.ts';

/**
 * A parsed `lockstep.dev/ignore`, `only` or `include`. Commas or white space separate the entries. An
 * entry is `KIND/NAME` or `KIND/NAME#KEY`, and the kind is `configmap` or `secret`. If patterns are allowed,
 * a `*` in a name or key stands for any characters.
 */
export type ListParsed =
  | { readonly kind: 'list'; readonly entries: readonly SourcePattern[] }
  | { readonly kind: 'malformed'; readonly part: string; readonly why: string };

const ENTRY = /^(configmap|secret)\/([-a-z0-9.*]{1,253})(?:#([-._a-zA-Z0-9*]{1,253}))?$/;

const kindOf = (text: string | undefined) => SOURCE_KINDS.find((kind) => kind === text);

function parseEntry(part: string, patterns: boolean): SourcePattern | string {
  const [, kindText, name, key] = ENTRY.exec(part) ?? [];
  const kind = kindOf(kindText);
  if (kind === undefined || name === undefined)
    return 'is not configmap/NAME or secret/NAME, with #KEY for one key';
  if (patterns) return { kind, name, key };
  if (name.includes('*') || key?.includes('*')) return 'is a pattern, and a name is needed here';
  return isDnsSubdomain(name) ? { kind, name, key } : 'does not name a ConfigMap or Secret';
}

/**
 * Parses a list of sources.
 * @param patterns names and keys may contain `*`
 */
export function parseSourceList(text: string, { patterns }: { patterns: boolean }): ListParsed {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  if (parts.length === 0) return { kind: 'malformed', part: text, why: 'names nothing' };
  const entries: SourcePattern[] = [];
  for (const part of parts) {
    const entry = parseEntry(part, patterns);
    if (typeof entry === 'string') return { kind: 'malformed', part, why: entry };
    entries.push(entry);
  }
  return { kind: 'list', entries };
}

/** The text of a list. Parsing it gives the same list. */
export function printSourceList(entries: readonly SourcePattern[]): string {
  return entries
    .map(({ kind, name, key }) => (key === undefined ? `${kind}/${name}` : `${kind}/${name}#${key}`))
    .join(', ');
}
