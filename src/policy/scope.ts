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
