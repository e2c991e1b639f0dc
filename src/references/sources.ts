/** The kinds of source that a reference can name. */
export const SOURCE_KINDS = ['configmap', 'secret'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** A source: a ConfigMap or a Secret, by its name. The namespace is the workload's. */
export interface SourceRef {
  readonly kind: SourceKind;
  readonly name: string;
}

/** Which keys of a source are used: all of them, or those named. */
export type Keys = 'all' | readonly string[];

/** `configmap/app`: a source's name in annotations, warnings and logs. */
export function sourceId({ kind, name }: SourceRef): string {
  return `${kind}/${name}`;
}
