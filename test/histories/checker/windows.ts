import type { Call, History, Version } from './history.ts';

/** The versions between which something was done, both included. */
export interface Window {
  readonly from: Version;
  readonly to: Version;
}

const hasVersion = (call: Call): call is Call & { version: Version } =>
  call.succeeded && !call.dryRun && call.version !== undefined;

function newest(calls: readonly Call[]): Version {
  return calls.reduce((max, call) => (hasVersion(call) ? Math.max(max, call.version) : max), 0);
}

/**
 * The versions that a call may have seen as the present one. The first is the newest that was certainly
 * committed before the call was received (by an answer that was complete before). The last is the newest that
 * can have existed before the call was answered.
 */
export function windowOf(history: History, call: Call): Window {
  const from = newest(history.calls.filter((other) => other.completed < call.received));
  const to = newest(history.calls.filter((other) => other.received < call.completed));
  return { from, to: Math.max(from, to) };
}

/**
 * The calls that were answered with this version of this object: the call that wrote it, and calls that then
 * changed nothing.
 */
export function callsOf(history: History, resource: string, name: string, version: Version): readonly Call[] {
  return history.calls.filter(
    (call) =>
      call.resource === resource && call.name === name && call.version === version && hasVersion(call),
  );
}
