import { INJECT_LABEL } from './marks.ts';

export type InjectDefault = 'enabled' | 'disabled';

type Labels = Readonly<Record<string, string>> | null | undefined;

/** What the label on one object says; `malformed` holds the value that is neither of the two. */
export type InjectLabel =
  | { readonly says: 'enabled' | 'disabled' | 'nothing' }
  | { readonly says: 'malformed'; readonly value: string };

export function injectLabel(labels: Labels): InjectLabel {
  const value = labels?.[INJECT_LABEL];
  if (value === undefined) return { says: 'nothing' };
  if (value === 'enabled' || value === 'disabled') return { says: value };
  return { says: 'malformed', value };
}

/**
 * Is a workload lockstep's business? A `disabled` on the namespace or on the workload keeps lockstep out; else an
 * `enabled` on either lets it in; else the cluster's default holds. A malformed value counts as none.
 */
export function isManaged(workload: InjectLabel, namespace: InjectLabel, fallback: InjectDefault): boolean {
  if (workload.says === 'disabled' || namespace.says === 'disabled') return false;
  if (workload.says === 'enabled' || namespace.says === 'enabled') return true;
  return fallback === 'enabled';
}
