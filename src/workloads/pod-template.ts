import { type Static, Type } from 'typebox';
import { maybe, StringMap } from './schema.ts';

const ConfigMapEnvSource = Type.Object({ name: maybe(Type.String()), optional: maybe(Type.Boolean()) });

const ConfigMapKeySelector = Type.Object({
  name: maybe(Type.String()),
  key: Type.String(),
  optional: maybe(Type.Boolean()),
});

const ConfigMapVolumeSource = Type.Object({
  name: maybe(Type.String()),
  optional: maybe(Type.Boolean()),
  items: maybe(Type.Array(Type.Object({ key: Type.String() }))),
});

const Container = Type.Object({
  name: maybe(Type.String()),
  env: maybe(
    Type.Array(
      Type.Object({
        name: maybe(Type.String()),
        valueFrom: maybe(Type.Object({ configMapKeyRef: maybe(ConfigMapKeySelector) })),
      }),
    ),
  ),
  envFrom: maybe(Type.Array(Type.Object({ configMapRef: maybe(ConfigMapEnvSource) }))),
});

const Volume = Type.Object({
  name: maybe(Type.String()),
  configMap: maybe(ConfigMapVolumeSource),
  projected: maybe(
    Type.Object({ sources: maybe(Type.Array(Type.Object({ configMap: maybe(ConfigMapVolumeSource) }))) }),
  ),
});

/**
 * The part of core/v1 PodTemplateSpec that can name configuration, and its annotations. Everything else is allowed
 * and kept as it is.
 */
export const PodTemplate = Type.Object({
  metadata: maybe(Type.Object({ annotations: maybe(StringMap) })),
  spec: maybe(
    Type.Object({
      containers: maybe(Type.Array(Container)),
      initContainers: maybe(Type.Array(Container)),
      volumes: maybe(Type.Array(Volume)),
    }),
  ),
});

export type PodTemplate = Static<typeof PodTemplate>;
export type Container = Static<typeof Container>;
export type Volume = Static<typeof Volume>;
export type ConfigMapVolumeSource = Static<typeof ConfigMapVolumeSource>;
