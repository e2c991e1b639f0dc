import { type Answer, type Caller, MERGE_PATCH } from '../kit/caller.ts';
import type { Operation, Source } from './operations.ts';
import { asSource } from './wire.ts';
import { configMap, field, firstContent } from './workload-manifests.ts';

/** The operations on a ConfigMap. */
export type SourceOperation = Extract<Operation, { readonly source: Source }>;

/** An immutable ConfigMap takes no edit. */
const INVALID = 422;

interface Content {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

const joined = (one: Content, other: Content): Content => ({
  data: { ...one.data, ...other.data },
  binaryData: { ...one.binaryData, ...other.binaryData },
});

/** Performs one operation on a ConfigMap, as `perform` does. */
export async function performOnSource(
  operation: SourceOperation,
  call: Caller,
  folder: string,
  value: string,
): Promise<Answer> {
  const { source } = operation;
  const path = `${folder}/${source}`;
  const first: Content = firstContent(source);
  const make = (content: Content, immutable: boolean) =>
    call('POST', folder, configMap(source, { ...content, ...(immutable && { immutable }) }));
  const remake = async (change: Content, immutable: boolean) => {
    const { body, status } = await call('GET', path);
    const content = (status === 200 ? asSource(body) : undefined) ?? first;
    await call('DELETE', path);
    return make(joined(content, change), immutable);
  };
  const write = async (change: Content) => {
    const { status, ...patched } = await call('PATCH', path, change, MERGE_PATCH);
    if (status === 404) return make(joined(first, change), false);
    return status === INVALID ? remake(change, true) : { status, ...patched };
  };

  switch (operation.do) {
    case 'edit':
      return write(field(source, operation.key, value));
    case 'restore':
      return write(first);
    case 'relabel':
      return call('PATCH', path, { metadata: { labels: { label: value } } }, MERGE_PATCH);
    case 'freeze':
      return call('PATCH', path, { immutable: true }, MERGE_PATCH);
    case 'remove':
      return call('DELETE', path);
    case 'remake':
      return remake(operation.content === 'other' ? field(source, 'used', value) : {}, operation.immutable);
    default:
      return operation satisfies never;
  }
}
