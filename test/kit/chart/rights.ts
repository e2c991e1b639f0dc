import type { V1PolicyRule } from '@kubernetes/client-node';

/** One verb on one resource. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** The names of the objects that it is for. Empty: all objects. */
  readonly names: readonly string[];
}

/** `get configmaps`, `patch secrets/lockstep-certificates`. */
export const nameOf = ({ verb, resource, names }: Right): string =>
  names.length > 0 ? `${verb} ${resource}/${names.join()}` : `${verb} ${resource}`;

/** All single rights that the rules grant. */
export const rightsOf = (rules: readonly V1PolicyRule[]): readonly Right[] =>
  rules.flatMap(({ apiGroups = [], resources = [], resourceNames: names = [], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, names }))),
    ),
  );

/** Rules that grant these rights and nothing else. */
export const rulesOf = (rights: readonly Right[]): V1PolicyRule[] =>
  rights.map(({ verb, group, resource, names }) => ({
    apiGroups: [group],
    resources: [resource],
    ...(names.length > 0 && { resourceNames: [...names] }),
    verbs: [verb],
  }));
