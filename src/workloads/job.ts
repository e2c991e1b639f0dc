import { type Static, Type } from 'typebox';
import { maybe } from '../schema.ts';
import { PodTemplate } from './pod-template.ts';
import { ObjectMeta } from './schema.ts';

export const JOB_GROUP = 'batch';
export const JOB_KIND = 'Job';
export const JOB_API_VERSION = `${JOB_GROUP}/v1`;

/** The part of a batch/v1 Job that lockstep reads. Its template never changes. */
export const Job = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({ suspend: maybe(Type.Boolean()), template: maybe(PodTemplate) }),
});

export type Job = Static<typeof Job>;
