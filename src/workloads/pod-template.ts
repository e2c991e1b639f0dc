import { type Static, type TProperties, Type } from 'typebox';
import { apart, maybe, StringMap } from '../schema.ts';

const text = maybe(Type.String());
const optional = maybe(Type.Boolean());

/** Selects all of a source: core/v1 ConfigMapEnvSource, SecretEnvSource. */
const EnvSource = Type.Object({ name: text, optional });

/** Selects one key of a source: core/v1 ConfigMapKeySelector, SecretKeySelector. */
const KeySelector = Type.Object({ name: text, key: Type.String(), optional });

const items = maybe(Type.Array(Type.Object({ key: Type.String(), path: text })));

/**
 * core/v1 ConfigMapVolumeSource, ConfigMapProjection, SecretProjection and SecretVolumeSource. The last one
 * has the source's name in `secretName`.
 */
const volumeSource = <T extends TProperties>(name: T) => Type.Object({ ...name, optional, items });
const NamedVolumeSource = volumeSource({ name: text });
const SecretVolumeSource = volumeSource({ secretName: text });

const VolumeMount = Type.Object({ name: text, subPath: text, subPathExpr: text });

const Container = apart(
  Type.Object({
    name: text,
    env: maybe(
      Type.Array(
        Type.Object({
          name: text,
          valueFrom: maybe(
            Type.Object({ configMapKeyRef: maybe(KeySelector), secretKeyRef: maybe(KeySelector) }),
          ),
        }),
      ),
    ),
    envFrom: maybe(Type.Array(Type.Object({ configMapRef: maybe(EnvSource), secretRef: maybe(EnvSource) }))),
    volumeMounts: maybe(Type.Array(VolumeMount)),
  }),
);

export const Volume = apart(
  Type.Object({
    name: text,
    configMap: maybe(NamedVolumeSource),
    secret: maybe(SecretVolumeSource),
    projected: maybe(
      Type.Object({
        sources: maybe(
          Type.Array(
            Type.Object({
              configMap: maybe(NamedVolumeSource),
              secret: maybe(NamedVolumeSource),
              serviceAccountToken: maybe(Type.Object({})),
            }),
          ),
        ),
      }),
    ),
  }),
);

/** The part of a core/v1 PodSpec that can name configuration. */
export const PodSpec = apart(
  Type.Object({
    containers: maybe(Type.Array(Container)),
    initContainers: maybe(Type.Array(Container)),
    volumes: maybe(Type.Array(Volume)),
  }),
);

/**
 * The part of a core/v1 PodTemplateSpec that can name configuration, and its annotations. Everything else is
 * allowed and stays unchanged.
 */
export const PodTemplate = apart(
  Type.Object({
    metadata: maybe(Type.Object({ annotations: maybe(StringMap), labels: maybe(StringMap) })),
    spec: maybe(PodSpec),
  }),
);

export type PodTemplate = Static<typeof PodTemplate>;
export type Container = Static<typeof Container>;
export type Volume = Static<typeof Volume>;
export type VolumeSource = Static<typeof NamedVolumeSource>;
export type KeyToPath = NonNullable<VolumeSource['items']>[number];
