import { truncate } from './wording.ts';

/** lockstep had to answer without the check. */
export function notCheckedWarning(name: string, reason: string): string {
  return `${truncate(name)} was not checked: ${reason}`;
}

/**
 * lockstep denied the call, because it could not check it.
 * @param mayPass the same call may succeed later
 */
export function deniedWarning(notCheckedWarning: string, mayPass: boolean): string {
  const why = 'denied, because its namespace or this cluster sets on-error: deny';
  return `${notCheckedWarning}; ${why}${mayPass ? '. Try again' : ''}`;
}
