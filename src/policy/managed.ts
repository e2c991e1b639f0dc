import { INJECT_LABEL, PIN_LABEL } from '../marks/names.ts';

export type InjectDefault = 'enabled' | 'disabled';

type Labels = Readonly<Record<string, string>> | null | undefined;

/** What a label on one object says. A malformed label has another value than `enabled` or `disabled`. */
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
 * Whether a workload asks for copies. Its own label decides, else the label of its namespace. A malformed
 * value counts as none.
 */
export function asksForPin(workload: SwitchLabel, namespaceEnabled: boolean): boolean {
  if (workload.says === 'enabled') return true;
  return workload.says !== 'disabled' && namespaceEnabled;
}

/**
 * Whether lockstep manages a workload. It does not if the namespace or the workload says `disabled`. Else it
 * does if either says `enabled`. Else the cluster's default decides. A malformed value counts as none.
 */
export function isManaged(workload: SwitchLabel, namespace: SwitchLabel, fallback: InjectDefault): boolean {
  if (workload.says === 'disabled' || namespace.says === 'disabled') return false;
  if (workload.says === 'enabled' || namespace.says === 'enabled') return true;
  return fallback === 'enabled';
}
