/** The part of an object that says what its controller has seen of it. */
interface Observable {
  readonly metadata: { readonly generation?: number | null | undefined };
  /** Argo Rollouts writes the generation as text. */
  readonly status?: { readonly observedGeneration?: number | string | null | undefined } | null | undefined;
}

/**
 * Whether the controller has seen the present spec. If so, its revision and its revisions' numbers belong to the
 * present template.
 */
export const isObserved = ({ metadata, status }: Observable): boolean =>
  Number(status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
