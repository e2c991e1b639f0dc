import { sentenceOf } from '../policy/wording.ts';
import type { EventDetails } from '../telemetry/event-recorder.ts';
import type { EventReason } from '../telemetry/events.ts';
import type { EventSubject, RecordEvent } from './ports.ts';
import { ofRollout, ofSource, type Standstill } from './standstills.ts';

/** What could not be told is told again after this. */
const AGAIN_MS = 10_000;

/** Resolves with whether it was told. */
export type Tell = (
  reason: EventReason,
  about: EventSubject,
  text: string,
  details?: EventDetails,
) => Promise<boolean>;

/** Tells of each thing that stands still once, while it does. */
export function standstillTeller(tell: Tell): (standstills: readonly Standstill[]) => void {
  let told = new Set<string>();
  return (standstills) => {
    for (const { id, of, goesOn, text } of standstills) {
      if (told.has(id)) continue;
      const telling =
        of.is === 'workload'
          ? tell(goesOn ? 'RollWaits' : 'WaitsForEdit', ofRollout(of.workload), text())
          : tell('SourceFlaps', ofSource(of.source), text());
      void telling.then((isTold) => {
        if (!isTold) setTimeout(() => told.delete(id), AGAIN_MS).unref();
      });
    }
    told = new Set(standstills.map(({ id }) => id));
  };
}

/** An Event is for people, and nothing waits for it. */
export const teller =
  (record: RecordEvent, onError: (error: unknown) => void, signal: AbortSignal): Tell =>
  async (reason, about, text, details) => {
    // The same words at another occasion are another Event.
    const occasion = about.occasion === undefined ? undefined : `${about.occasion} ${text}`;
    try {
      await record(reason, { ...about, occasion }, sentenceOf(text), signal, details);
      return true;
    } catch (error) {
      if (!signal.aborted) onError(error);
      return false;
    }
  };
