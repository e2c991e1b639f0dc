import type { DecodedSource } from '../../cluster/source-kinds.ts';
import type { SourceContent } from '../../digest/source.ts';
import type { SourceRef } from '../../references/sources.ts';
import type { Usage } from '../../references/usage.ts';
import type { Supposed } from '../supposed.ts';

/**
 * What is to be done to a source.
 * - `any`: some edit of any of its keys
 * - `keys`: these keys get other values
 * - `content`: it gets this content, and these annotations beside its own
 * - `delete`: it is deleted
 */
export type Edit =
  | { readonly kind: 'any' | 'delete' }
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'content'; readonly content: SourceContent; readonly annotations: Annotations };
type Annotations = Readonly<Record<string, string>>;

/** An edit of a source that nobody has made. */
export interface WantedEdit extends SourceRef {
  readonly namespace: string;
  readonly edit: Edit;
}

/** A key that stands for those of a source of which nothing is known. */
const SOME_KEY = 'some-key';
/** Two values that differ, in base64 as well as in plain text. */
const [ONE, OTHER] = ['MQ==', 'Mg=='];

const NOTHING: SourceContent = { data: {}, binaryData: {} };

/** Who edits a source now leaves a trace, as the API server would write it. */
function metadataAfter(live: DecodedSource | undefined, annotations: Annotations, nowMs: number) {
  const time = new Date(nowMs).toISOString();
  const { metadata = { uid: '', resourceVersion: '', creationTimestamp: time } } = live ?? {};
  return {
    ...metadata,
    annotations: { ...metadata.annotations, ...annotations },
    managedFields: [...(metadata.managedFields ?? []), { time, fieldsV1: { 'f:data': {} } }],
  };
}

/** The content with other values under these keys. A key that is not there is added as text. */
export function edited(content: SourceContent, keys: readonly string[]): SourceContent {
  const [data, binaryData] = [{ ...content.data }, { ...content.binaryData }];
  for (const key of keys) {
    if (Object.hasOwn(binaryData, key)) binaryData[key] = binaryData[key] === OTHER ? ONE : OTHER;
    else data[key] = data[key] === OTHER ? ONE : OTHER;
  }
  return { data, binaryData };
}

/** The keys that a content, or a source, has. */
export const keysIn = (source: { readonly content: SourceContent } | undefined): string[] => {
  const { data, binaryData } = source?.content ?? NOTHING;
  return [...new Set([...Object.keys(data), ...Object.keys(binaryData)])];
};

/** The keys that usages name. */
export const namedKeys = (usages: readonly Usage[]): string[] =>
  [
    ...new Set(
      usages.flatMap(({ data, binaryData }) => [
        ...(data === 'all' ? [] : data),
        ...(binaryData === 'all' ? [] : binaryData),
      ]),
    ),
  ].sort();

function contentAfter({ edit }: WantedEdit, content: SourceContent, named: readonly string[]) {
  switch (edit.kind) {
    case 'delete':
      return undefined;
    case 'keys':
      return edited(content, edit.keys);
    case 'any': {
      const keys = [...new Set([...keysIn({ content }), ...named])];
      return edited(content, keys.length > 0 ? keys : [SOME_KEY]);
    }
    case 'content':
      return edit.content;
    default:
      return edit satisfies never;
  }
}

/**
 * A Secret is never read, so it is invented. It has all keys that may matter. Those that the edit is about differ: of a
 * manifest, all of them may.
 */
function secretSupposed(wanted: WantedEdit, named: readonly string[]) {
  const { edit } = wanted;
  const keys = edit.kind === 'keys' ? edit.keys : edit.kind === 'content' ? keysIn(edit) : named;
  const all = [...new Set([...named, ...keys, SOME_KEY])];
  const before = { data: {}, binaryData: Object.fromEntries(all.map((key) => [key, ONE])) };
  if (edit.kind === 'delete') return { before, after: undefined };
  return { before, after: edited(before, edit.kind === 'any' ? all : keys) };
}

/**
 * An edit, with the source as it is and as it would be.
 * @param live the ConfigMap as it is. Undefined: it does not exist, or it is a Secret
 * @param used what the workloads use of it
 */
export function supposedBy(
  wanted: WantedEdit,
  live: DecodedSource | undefined,
  used: readonly Usage[],
  nowMs: number,
): Supposed {
  const { kind, name, namespace, edit } = wanted;
  const named = namedKeys(used);
  const annotations = edit.kind === 'content' ? edit.annotations : {};
  const metadata = metadataAfter(live, annotations, nowMs);
  const toSource = (content: SourceContent | undefined): DecodedSource | undefined =>
    content && { metadata, content, immutable: live?.immutable ?? false, type: undefined };
  if (kind === 'secret') {
    const { before, after } = secretSupposed(wanted, named);
    return { kind, name, namespace, before: toSource(before), after: toSource(after) };
  }
  const after = toSource(contentAfter(wanted, live?.content ?? NOTHING, named));
  return { kind, name, namespace, before: live, after };
}

/** The keys whose values an edit changes, adds or removes, sorted. */
export function changedKeys({ before, after }: Pick<Supposed, 'before' | 'after'>): string[] {
  const textOf = (source: DecodedSource | undefined, key: string) => {
    const { data, binaryData } = source?.content ?? NOTHING;
    return JSON.stringify([data[key] ?? null, binaryData[key] ?? null]);
  };
  return [...new Set([...keysIn(before), ...keysIn(after)])]
    .filter((key) => textOf(before, key) !== textOf(after, key))
    .sort();
}
