import type { Unpinned } from '../copies/pins.ts';
import { toWarningLine, truncate } from './wording.ts';

const UNPINNED = {
  'keys-ignored': 'some of its keys are ignored',
  'many-keys': 'the names of its keys take more than an annotation holds',
  absent: 'it does not exist',
  'keys-missing': 'it lacks keys that they need',
} as const satisfies Record<Unpinned['why'], string>;

/** Pods read copies, but not of this source. */
export function staysLiveWarning({ id, why }: Unpinned, name: string): string {
  return `${truncate(id)} stays live in pods of ${truncate(name)}: ${UNPINNED[why]}`;
}

/** lockstep wrote marks, but could not make a copy that they name. */
export function noCopyWarning(name: string, why: string): string {
  return toWarningLine(`pods of ${truncate(name)} may start on live configuration: ${why}`);
}

/** A pod does not read the copies that it should read. */
export function startsLiveWarning(name: string, why: string): string {
  return toWarningLine(`${truncate(name)} starts on live configuration: ${why}`);
}
