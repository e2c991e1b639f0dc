import { type AuditEvent, FAILED_OPEN } from '../../../lab/control-plane/audit.ts';
import type { Fault } from './fault.ts';

/** A call of the bystander, and what it should have come to. */
export interface BystanderCall {
  readonly auditId: string;
  readonly what: string;
  readonly namespace: string;
  readonly status: number;
  /** The status that it should have, if not success. */
  readonly expected?: number;
  readonly warnings: readonly string[];
  /** lockstep must have been called. */
  readonly reviewed: boolean;
  /** The config hashes that the template may have now, and the one that it has. undefined: not looked at. */
  readonly hash?: { readonly expected: readonly string[]; readonly found: string | undefined } | undefined;
  /** Somebody else may write into the namespace, who can make a copy unusable. */
  readonly shared: boolean;
}

/** A call with what the audit log says of it. */
export interface JudgedCall {
  readonly call: BystanderCall;
  readonly ms: number;
  readonly checked: boolean;
  /** It failed, and the API server by itself was too slow for it at that time. */
  readonly excused: boolean;
  readonly faults: readonly Fault[];
}

const DECISION = /\.lockstep\.dev\/decision$/;
const REASON = /\.lockstep\.dev\/reason$/;

const millis = ({ requestReceivedTimestamp, stageTimestamp }: AuditEvent): number =>
  Date.parse(stageTimestamp) - Date.parse(requestReceivedTimestamp);

/** Why a call counts as not checked. undefined: it was checked, or need not be. */
export function whyUnchecked(
  { reviewed, warnings, shared }: Pick<BystanderCall, 'reviewed' | 'warnings' | 'shared'>,
  event: AuditEvent,
): string | undefined {
  const annotations = Object.entries(event.annotations ?? {});
  const reasons = annotations.filter(([key]) => REASON.test(key)).map(([, value]) => value);
  // Whoever may create ConfigMaps in a namespace may take the name of a copy. lockstep then says so.
  if (shared && reasons.some((reason) => reason === 'copy_unusable')) return undefined;
  const failedOpen = annotations.find(
    ([key, value]) => key.startsWith(FAILED_OPEN) && value.includes('.lockstep.dev'),
  );
  if (failedOpen) return `lockstep could not be called: ${failedOpen[1]}`;
  const decisions = annotations.filter(([key]) => DECISION.test(key)).map(([, value]) => value);
  if (decisions.some((decision) => decision === 'fail' || decision === 'deny'))
    return `${decisions.join()}: ${reasons.join()}`;
  const warning = warnings.find((text) => text.includes('was not checked'));
  if (warning !== undefined) return warning;
  return reviewed && decisions.length === 0 ? 'lockstep was not called' : undefined;
}

/** The times that a call is judged by, in milliseconds. */
export interface Patience {
  readonly deadlineMs: number;
  /** What the API server takes at that time for a call of which lockstep knows nothing. */
  readonly apiMs: number;
}

/**
 * A review makes some calls to the API server, one after the other: for a scale-up it reads the Deployment, its
 * sources and its namespace, makes a copy, patches, and the patch is reviewed in turn.
 */
const CALLS = 6;

/** Whether the API server by itself is too slow for a review: lockstep's own calls are as slow. */
export const isExcuse = (deadlineMs: number, apiMs: number): boolean => CALLS * apiMs > deadlineMs;

/** Judges one call by its entry in the audit log. Times are the API server's. Pure. */
export function judgeCall(
  call: BystanderCall,
  event: AuditEvent,
  { deadlineMs, apiMs }: Patience,
): JudgedCall {
  const { what, namespace, status, hash } = call;
  const ms = millis(event);
  const about = `${what} in ${namespace}, ${ms} ms`;
  const unchecked = whyUnchecked(call, event);
  const answered = call.expected === undefined ? status < 300 : status === call.expected;
  const isSlow = isExcuse(deadlineMs, apiMs);
  const limitMs = deadlineMs + CALLS * apiMs;
  const faults: Fault[] = [];
  const blame = (fault: Fault) => void (isSlow ? undefined : faults.push(fault));
  if (!answered && !call.shared)
    blame({ rule: 'Answered', kind: 'refused', message: `${about}: status ${status}` });
  if (ms > limitMs)
    faults.push({
      rule: 'Answered',
      kind: 'slow',
      message: `${about}: later than ${limitMs} ms`,
    });
  if (unchecked !== undefined) blame({ rule: 'Checked', message: `${about}: ${unchecked}` });
  if (unchecked === undefined && answered && hash && !hash.expected.includes(hash.found ?? '')) {
    const message = `${about}: the template has ${hash.found}, not ${hash.expected.join(' or ')}`;
    faults.push({ rule: 'In step', message });
  }
  const checked = call.reviewed && unchecked === undefined;
  const excused = isSlow && (!answered || unchecked !== undefined);
  return { call, ms, checked, excused, faults };
}
