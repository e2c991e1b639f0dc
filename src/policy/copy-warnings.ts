import type { Unpinned } from '../copies/pins.ts';
import { toWarningLine, truncate } from './wording.ts';

const UNPINNED = {
  'keys-ignored': 'some of its keys are ignored',
  absent: 'it does not exist yet',
} as const satisfies Record<Unpinned['why'], string>;

/** Said where pods are to read copies, but not of this source. */
export function staysLiveWarning({ id, why }: Unpinned, name: string): string {
  return `${truncate(id)} stays live in pods of ${truncate(name)}: ${UNPINNED[why]}`;
}

/** Said where marks were written although a copy that they name could not be made. */
export function noCopyWarning(name: string, why: string): string {
  return toWarningLine(`pods of ${truncate(name)} may start on live configuration: ${why}`);
}

/** Said of a pod that does not read the copies that it should. */
export function startsLiveWarning(name: string, why: string): string {
  return toWarningLine(`${truncate(name)} starts on live configuration: ${why}`);
}
