import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ConfigState } from '../digest/format.ts';
import { isSeal } from '../digest/seal.ts';
import { parseJson } from '../json.ts';
import { LIMITS } from '../references/limits.ts';
import { parseSourceList, printSourceList } from '../references/source-list.ts';
import type { SourceRef } from '../references/sources.ts';
import { StringMap } from '../schema.ts';
import { BASELINE, CONFIG_HASH, CONFIG_SOURCES, HELD, PINNED } from './names.ts';

/** A row of the table of marks. A mark is one annotation that lockstep keeps. */
interface MarkRow<T> {
  /** The annotation's name. */
  readonly name: string;
  /**
   * Where it stands. Pods and revisions get the annotations of the pod template, but not those of the
   * workload itself.
   */
  readonly on: 'template' | 'workload';
  /** The decisions that write it. */
  readonly writtenBy: string;
  readonly print: (value: T) => string;
  /** Undefined: the text is malformed. */
  readonly parse: (text: string) => T | undefined;
}

const row = <T>(mark: MarkRow<T>): MarkRow<T> => mark;

/** A configuration state and the template that it belongs to. */
export interface StateOfTemplate extends ConfigState {
  /** The digest of the template. */
  readonly template: string;
}

const checkSources = Compile(StringMap);
const checkStateOfTemplate = Compile(
  Type.Object({ hash: Type.String(), sources: StringMap, template: Type.String() }),
);

function parseSources(text: string): Readonly<Record<string, string>> | undefined {
  const sources = parseJson(text);
  return checkSources.Check(sources) ? sources : undefined;
}

function parseStateOfTemplate(text: string): StateOfTemplate | undefined {
  const state = parseJson(text);
  return checkStateOfTemplate.Check(state) ? state : undefined;
}

/** A source that pods read a copy of, as the mark `pinned` names it. */
export interface PinnedEntry extends SourceRef {
  /** The seal of the copy's digest. Undefined: the source was absent, or an earlier version wrote the mark. */
  readonly seal: string | undefined;
}

/**
 * A seal stands where a list of sources has a key. So earlier versions, which know no seals, read the same
 * sources.
 */
function parsePinned(text: string): readonly PinnedEntry[] | undefined {
  const parsed = parseSourceList(text, { patterns: false });
  // A list that lockstep has written is within the limit. Each entry of a longer one would be a read.
  if (parsed.kind !== 'list' || parsed.entries.length > LIMITS.sources) return undefined;
  return parsed.entries.map(({ kind, name, key }) => ({
    kind,
    name,
    seal: key !== undefined && isSeal(key) ? key : undefined,
  }));
}

const printJson = (value: unknown): string => JSON.stringify(value);

/**
 * Every mark, one row each, in the order in which `inject` writes them. A new mark needs a row and a key
 * here, a field in `marks.ts`, and a section in `docs/reference.md`.
 */
export const MARKS = {
  /** The config hash. */
  hash: row<string>({
    name: CONFIG_HASH,
    on: 'template',
    writtenBy: 'every write except one that only restores the marks',
    print: (hash) => hash,
    parse: (text) => text,
  }),
  /** Source id -> short digest. */
  sources: row<Readonly<Record<string, string>>>({
    name: CONFIG_SOURCES,
    on: 'template',
    writtenBy: 'the same writes as the hash',
    print: printJson,
    parse: parseSources,
  }),
  /** The sources that the pods read copies of, each with the seal of its copy. */
  pinned: row<readonly PinnedEntry[]>({
    name: PINNED,
    on: 'template',
    writtenBy: 'the same writes as the hash, if the workload asks for copies',
    print: (entries) => printSourceList(entries.map(({ kind, name, seal }) => ({ kind, name, key: seal }))),
    parse: parsePinned,
  }),
  /** The configuration that all pods of this template hold. */
  baseline: row<StateOfTemplate>({
    name: BASELINE,
    on: 'workload',
    writtenBy: 'an adoption',
    print: printJson,
    parse: parseStateOfTemplate,
  }),
  /** The live configuration that the pods do not follow, since an undo brought this template back. */
  held: row<StateOfTemplate>({
    name: HELD,
    on: 'workload',
    writtenBy: 'an undo to a configuration whose copies exist',
    print: printJson,
    parse: parseStateOfTemplate,
  }),
} as const;

export type MarkKey = keyof typeof MARKS;
/** The marks on a pod template. Revisions and pods carry them, too. */
export type TemplateMarkKey = 'hash' | 'sources' | 'pinned';
export const MARK_KEYS: readonly MarkKey[] = ['hash', 'sources', 'pinned', 'baseline', 'held'];
