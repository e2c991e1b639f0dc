import { INJECT_LABEL, PIN_LABEL } from '../marks/names.ts';

export type InjectDefault = 'enabled' | 'disabled';

type Labels = Readonly<Record<string, string>> | null | undefined;

/** What a label on one object says; `malformed` holds the value that is neither of the two. */
export type SwitchLabel =
  | { readonly says: 'enabled' | 'disabled' | 'nothing' }
  | { readonly says: 'malformed'; readonly value: string };

export const injectLabel = (labels: Labels): SwitchLabel => switchLabel(labels, INJECT_LABEL);
export const pinLabel = (labels: Labels): SwitchLabel => switchLabel(labels, PIN_LABEL);

function switchLabel(labels: Labels, name: string): SwitchLabel {
  const value = labels?.[name];
  if (value === undefined) return { says: 'nothing' };
  if (value === 'enabled' || value === 'disabled') return { says: value };
  return { says: 'malformed', value };
}

/**
 * Do a workload's pods read copies? Its own label says so, else its namespace's. A malformed value counts
 * as none.
 */
export function asksForPin(workload: SwitchLabel, namespaceEnabled: boolean): boolean {
  if (workload.says === 'enabled') return true;
  return workload.says !== 'disabled' && namespaceEnabled;
}

/**
 * Is a workload lockstep's business? A `disabled` on the namespace or on the workload keeps lockstep out;
 * else an `enabled` on either lets it in; else the cluster's default holds. A malformed value counts as
 * none.
 */
export function isManaged(workload: SwitchLabel, namespace: SwitchLabel, fallback: InjectDefault): boolean {
  if (workload.says === 'disabled' || namespace.says === 'disabled') return false;
  if (workload.says === 'enabled' || namespace.says === 'enabled') return true;
  return fallback === 'enabled';
}
