import type { WorkloadKinds } from '../workloads/kinds.ts';
import { API_VERSION, GROUP, SUBRESOURCE, VERSION } from './shape.ts';

const VERSION_ENTRY = { groupVersion: API_VERSION, version: VERSION };

/** `/apis/GROUP`: which versions there are. */
export const apiGroup = () => ({
  kind: 'APIGroup',
  apiVersion: 'v1',
  name: GROUP,
  versions: [VERSION_ENTRY],
  preferredVersion: VERSION_ENTRY,
});

/** `/apis`: which groups there are. */
export const apiGroupList = () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: [apiGroup()] });

/**
 * `/apis/GROUP/VERSION`: which resources there are. All of them are subresources of workloads, which other groups
 * serve. So no client takes `deployments` for one of these, and nothing lists or deletes them.
 */
export const apiResourceList = (kinds: WorkloadKinds) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: API_VERSION,
  resources: kinds.map(({ resource }) => ({
    name: `${resource}/${SUBRESOURCE}`,
    singularName: '',
    namespaced: true,
    kind: 'Assessment',
    verbs: ['get'],
  })),
});

/** The reasons of Kubernetes for these answers. */
const REASONS = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
} as const;
export type FailureCode = keyof typeof REASONS;

/** An error in Kubernetes' own form, which kubectl prints. */
export const failure = (code: FailureCode, message: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason: REASONS[code],
  code,
});
