import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { PodSpec } from './pod-template.ts';
import { OwnedMeta } from './replica-set.ts';

/** The part of a core/v1 Pod that lockstep reads. */
export const Pod = Type.Object({ metadata: OwnedMeta, spec: maybe(PodSpec) });

export type Pod = Static<typeof Pod>;
