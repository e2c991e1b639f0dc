import { LockstepError, messageOf } from '../errors.ts';

export const listenError = (option: string, cause: unknown): LockstepError =>
  new LockstepError('CONFIG_INVALID', `${option}: cannot listen: ${messageOf(cause)}`, { cause });

export const noFrontProxyError = (): LockstepError =>
  new LockstepError(
    'API_UNEXPECTED',
    'kube-system/extension-apiserver-authentication names no front proxy, so the cluster serves no aggregated API: ' +
      'set --requestheader-client-ca-file of kube-apiserver, or --assess off',
  );
