import { type TSchema, Type } from 'typebox';
import { decoder } from '../api/decode.ts';
import type { SourceContent } from '../digest/source.ts';
import type { SourceKind } from '../references/sources.ts';
import { maybe, StringMap } from '../schema.ts';

const SourceMeta = Type.Object({
  metadata: Type.Object({
    uid: Type.String(),
    resourceVersion: Type.String(),
    labels: maybe(StringMap),
    annotations: maybe(StringMap),
    ownerReferences: maybe(Type.Array(Type.Object({ uid: Type.String() }))),
    creationTimestamp: maybe(Type.String()),
    managedFields: maybe(
      Type.Array(
        Type.Object({
          time: maybe(Type.String()),
          fieldsV1: maybe(Type.Record(Type.String(), Type.Unknown())),
        }),
      ),
    ),
  }),
});

/** The metadata of a source of any kind. */
export const decodeMeta = decoder(SourceMeta, 'metadata of a source');
const source = <T extends TSchema>(content: T) => Type.Intersect([SourceMeta, content]);
const immutable = maybe(Type.Boolean());
const decodeConfigMap = decoder(
  source(Type.Object({ data: maybe(StringMap), binaryData: maybe(StringMap), immutable })),
  'a ConfigMap',
);
const decodeSecret = decoder(
  source(Type.Object({ data: maybe(StringMap), type: maybe(Type.String()), immutable })),
  'a Secret',
);

/** A source, or a copy of one. */
export interface DecodedSource {
  readonly metadata: ReturnType<typeof decodeMeta>['metadata'];
  readonly content: SourceContent;
  readonly immutable: boolean;
  /** Of a Secret. */
  readonly type: string | undefined;
}

/** The API resource of each kind, and how to read its content. */
export const SOURCE_RESOURCES: Readonly<
  Record<SourceKind, { readonly resource: string; readonly decode: (body: unknown) => DecodedSource }>
> = {
  configmap: {
    resource: 'configmaps',
    decode(body) {
      const { metadata, data, binaryData, immutable } = decodeConfigMap(body);
      const content = { data: data ?? {}, binaryData: binaryData ?? {} };
      return { metadata, content, immutable: immutable ?? false, type: undefined };
    },
  },
  secret: {
    resource: 'secrets',
    decode(body) {
      const { metadata, data, type, immutable } = decodeSecret(body);
      const content = { data: {}, binaryData: data ?? {} };
      return { metadata, content, immutable: immutable ?? false, type: type ?? undefined };
    },
  },
};
