import { isDeepStrictEqual } from 'node:util';
import { LockstepError } from '../errors.ts';
import {
  BASELINE,
  CONFIG_HASH,
  CONFIG_SOURCES,
  HELD,
  type Marks,
  marksOf,
  PINNED,
  withMarks,
} from '../marks/marks.ts';
import type { Deployment } from '../workloads/deployment.ts';
import type { ManifestDocument, Path } from './documents.ts';
import { put } from './put.ts';
import { remove } from './remove.ts';
import { rewrite } from './rewrite.ts';
import { oneDocument } from './yaml.ts';

/** A Deployment in a document, and the marks that it must carry. */
export interface Marking {
  readonly path: Path;
  readonly deployment: Deployment;
  readonly marks: Marks;
}

interface Edit {
  readonly path: Path;
  readonly value: string | undefined;
}

/** What must change, in an order in which each edit puts its entry in front of the one before. */
function editsOf({ path, deployment, marks }: Marking): Edit[] {
  const has = marksOf(deployment);
  const template = [...path, 'spec', 'template', 'metadata', 'annotations'];
  const edits = [
    { path: [...template, PINNED], old: has.pinned, value: marks.pinned },
    { path: [...template, CONFIG_SOURCES], old: has.sources, value: marks.sources },
    { path: [...template, CONFIG_HASH], old: has.hash, value: marks.hash },
    { path: [...path, 'metadata', 'annotations', BASELINE], old: has.baseline, value: marks.baseline },
    { path: [...path, 'metadata', 'annotations', HELD], old: has.held, value: marks.held },
  ];
  return edits.filter(({ old, value }) => old !== value);
}

/** A copy of plain data with another value under this path. */
function withValue(data: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(data)) return data.map((item, i) => (i === key ? withValue(item, rest, value) : item));
  if (typeof data !== 'object' || data === null) return data;
  return { ...data, [key]: withValue(Reflect.get(data, key), rest, value) };
}

function readsAs(text: string | undefined, wanted: unknown): text is string {
  if (text === undefined) return false;
  try {
    return isDeepStrictEqual(oneDocument(text)?.toJS(), wanted);
  } catch {
    return false;
  }
}

/**
 * The document's text with these marks, and nothing else changed: spliced into the text where that gives exactly the
 * object meant (checked by reading it again: anchors and merge keys can make one place speak for another), else with
 * this one document written anew.
 * @throws LockstepError MANIFEST_INVALID where neither gives it
 */
export function marked(document: ManifestDocument, markings: readonly Marking[]): string {
  const edits = markings.flatMap(editsOf);
  if (edits.length === 0) return document.text;
  const wanted = markings.reduce(
    (data, { path, deployment, marks }) => withValue(data, path, withMarks(deployment, marks)),
    document.value,
  );
  const splicedText = edits.reduce<string | undefined>(
    (text, { path, value }) =>
      text === undefined ? undefined : value === undefined ? remove(text, path) : put(text, path, value),
    document.text,
  );
  if (readsAs(splicedText, wanted)) return splicedText;
  const paths = edits.map(({ path }) => path);
  const written = rewrite(document.text, paths, wanted);
  if (readsAs(written, wanted)) return written;
  const place = document.place(markings[0]?.path ?? []);
  throw new LockstepError(
    'MANIFEST_INVALID',
    `${place}: the pod template's annotations cannot be written here; write its metadata out, without aliases`,
  );
}
