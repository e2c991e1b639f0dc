/** The namespaces that lockstep acts in, as the cluster's owner says. */
export interface NamespaceScope {
  /** lockstep never acts in these. */
  readonly excluded: readonly string[];
  /** lockstep acts in no others. Empty: in all that are not excluded. */
  readonly only: readonly string[];
}

/** Whether lockstep acts in a namespace. */
export const isInScope = ({ excluded, only }: NamespaceScope, namespace: string): boolean =>
  !excluded.includes(namespace) && (only.length === 0 || only.includes(namespace));

/**
 * What to list to see all objects in scope: the whole cluster (undefined), or each namespace that lockstep acts
 * in. With rights in these namespaces alone, it may not list more.
 */
export const namespacesToList = ({ only }: NamespaceScope): readonly (string | undefined)[] =>
  only.length === 0 ? [undefined] : only;
