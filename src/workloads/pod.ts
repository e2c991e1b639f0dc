import { type Static, Type } from 'typebox';
import { PodTemplate } from './pod-template.ts';
import { OwnedMeta } from './replica-set.ts';

/** core/v1 Pod, as far as lockstep reads it. */
export const Pod = Type.Object({ metadata: OwnedMeta, spec: PodTemplate.properties.spec });

export type Pod = Static<typeof Pod>;
