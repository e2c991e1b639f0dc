import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ConfigState } from '../digest/format.ts';
import { parseSourceList, printSourceList } from '../references/source-list.ts';
import type { SourceRef } from '../references/sources.ts';
import { BASELINE, CONFIG_HASH, CONFIG_SOURCES, HELD, PINNED } from './names.ts';

/** A mark: one annotation that lockstep keeps. */
interface MarkRow<T> {
  /** The annotation's name. */
  readonly name: string;
  /**
   * Where it stands: on the pod template, so that it goes to pods and revisions, or on the workload's own
   * metadata.
   */
  readonly on: 'template' | 'workload';
  /** Which decisions write it. */
  readonly writtenBy: string;
  readonly print: (value: T) => string;
  /** Undefined where the text cannot be read. */
  readonly parse: (text: string) => T | undefined;
}

const row = <T>(mark: MarkRow<T>): MarkRow<T> => mark;

/** A configuration, and the digest of the template that it is said of. */
export interface StateOfTemplate extends ConfigState {
  readonly template: string;
}

const Sources = Type.Record(Type.String(), Type.String());
const checkSources = Compile(Sources);
const checkStateOfTemplate = Compile(
  Type.Object({ hash: Type.String(), sources: Sources, template: Type.String() }),
);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseSources(text: string): Readonly<Record<string, string>> | undefined {
  const sources = parseJson(text);
  return checkSources.Check(sources) ? sources : undefined;
}

function parseStateOfTemplate(text: string): StateOfTemplate | undefined {
  const state = parseJson(text);
  return checkStateOfTemplate.Check(state) ? state : undefined;
}

function parsePinned(text: string): readonly SourceRef[] | undefined {
  const parsed = parseSourceList(text, { patterns: false });
  return parsed.kind === 'list' ? parsed.entries : undefined;
}

const printJson = (value: unknown): string => JSON.stringify(value);

/**
 * Every mark, one row each, in the order in which they are written into manifests. A new mark is a new row
 * here, and a line in `docs/reference.md`.
 */
export const MARKS = {
  /** The config hash. */
  hash: row<string>({
    name: CONFIG_HASH,
    on: 'template',
    writtenBy: 'every write, besides one that only restores the marks',
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
  /** The sources whose copies its pods read. */
  pinned: row<readonly SourceRef[]>({
    name: PINNED,
    on: 'template',
    writtenBy: 'the same writes as the hash, where the workload asks for copies',
    print: (sources) => printSourceList(sources.map(({ kind, name }) => ({ kind, name, key: undefined }))),
    parse: parsePinned,
  }),
  /** What all pods of this very template hold. */
  baseline: row<StateOfTemplate>({
    name: BASELINE,
    on: 'workload',
    writtenBy: 'an adoption',
    print: printJson,
    parse: parseStateOfTemplate,
  }),
  /** What was live when an undo brought this very template back. */
  held: row<StateOfTemplate>({
    name: HELD,
    on: 'workload',
    writtenBy: 'an undo to a configuration whose copies are there',
    print: printJson,
    parse: parseStateOfTemplate,
  }),
} as const;

export type MarkKey = keyof typeof MARKS;
/** The marks on a pod template, of a workload as of its revisions and pods. */
export type TemplateMarkKey = 'hash' | 'sources' | 'pinned';
export const MARK_KEYS: readonly MarkKey[] = ['hash', 'sources', 'pinned', 'baseline', 'held'];
