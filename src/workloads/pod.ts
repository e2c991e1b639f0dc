import { type Static, Type } from 'typebox';
import { PodTemplate } from './pod-template.ts';
import { OwnedMeta } from './replica-set.ts';

/** The part of a core/v1 Pod that lockstep reads. */
export const Pod = Type.Object({ metadata: OwnedMeta, spec: PodTemplate.properties.spec });

export type Pod = Static<typeof Pod>;
