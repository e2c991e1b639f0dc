/** The kinds of source that a reference can name. */
export const SOURCE_KINDS = ['configmap', 'secret'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Identifies a source: a ConfigMap or a Secret in the workload's namespace. */
export interface SourceRef {
  readonly kind: SourceKind;
  readonly name: string;
}

/** The keys of a source that are used: all of them, or these. */
export type Keys = 'all' | readonly string[];

/** `configmap/app`: the id of a source in annotations, warnings and logs. */
export function sourceId({ kind, name }: SourceRef): string {
  return `${kind}/${name}`;
}

/** The source with this id. */
export function sourceOfId(id: string): SourceRef {
  const slash = id.indexOf('/');
  return { kind: id.slice(0, slash) === 'secret' ? 'secret' : 'configmap', name: id.slice(slash + 1) };
}
