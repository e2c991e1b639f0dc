import { type TSchema, Type } from 'typebox';
import type { SourceContent } from '../digest/source.ts';
import type { SourceKind } from '../references/references.ts';
import { maybe, StringMap } from '../workloads/schema.ts';
import { decoder } from './decode.ts';

const SourceMeta = Type.Object({
  metadata: Type.Object({
    uid: Type.String(),
    resourceVersion: Type.String(),
    annotations: maybe(StringMap),
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
const decodeConfigMap = decoder(
  source(Type.Object({ data: maybe(StringMap), binaryData: maybe(StringMap) })),
  'a ConfigMap',
);
const decodeSecret = decoder(source(Type.Object({ data: maybe(StringMap) })), 'a Secret');

/** Where each kind is, and how what it holds is read. */
export const KINDS = {
  configmap: {
    resource: 'configmaps',
    decode(body: unknown) {
      const { metadata, data, binaryData } = decodeConfigMap(body);
      return { metadata, content: { data: data ?? {}, binaryData: binaryData ?? {} } };
    },
  },
  secret: {
    resource: 'secrets',
    decode(body: unknown) {
      const { metadata, data } = decodeSecret(body);
      return { metadata, content: { data: {}, binaryData: data ?? {} } };
    },
  },
} as const satisfies Record<
  SourceKind,
  {
    resource: string;
    decode: (body: unknown) => {
      metadata: ReturnType<typeof decodeMeta>['metadata'];
      content: SourceContent;
    };
  }
>;
