import type { ObjectRef } from '../api/path.ts';
import { LockstepError } from '../errors.ts';

const missingObjectText = (kind: string, { namespace, name }: ObjectRef): string =>
  `there is no ${kind} ${namespace}/${name}: make an empty one, as the chart does`;

export const noLeaseError = (ref: ObjectRef): LockstepError =>
  new LockstepError('CONFIG_INVALID', missingObjectText('Lease', ref), { setting: 'lease' });

export const noCertificateSecretError = (ref: ObjectRef): LockstepError =>
  new LockstepError('CERTIFICATE_INVALID', missingObjectText('Secret', ref), {
    setting: 'certificateSecret',
  });

export const noInitialEndError = (resource: string): LockstepError =>
  new LockstepError(
    'API_UNEXPECTED',
    `the watch of ${resource} ended before the API server had sent all of them`,
  );

export const watchError = (resource: string, status: number): LockstepError =>
  new LockstepError('API_REFUSED', `the API server ended the watch of ${resource} with ${status}`);
