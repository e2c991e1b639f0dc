/** What a hostile tenant can do, as plain data. All of it is allowed to a tenant by the role `edit`. */

/** The names that a tenant gives its objects. `other` is a second object beside the usual one. */
export const OBJECT_NAMES = [
  'app',
  'db',
  'web',
  'other',
  'constructor',
  'app-lockstep-absent',
  'a'.repeat(253),
] as const;
export type ObjectName = (typeof OBJECT_NAMES)[number];

export type SourceKind = 'configmap' | 'secret';

/** How an object is written. `as lockstep` is a forced server-side apply under lockstep's field manager. */
export const WRITES = ['create', 'dry run', 'merge', 'apply', 'as lockstep', 'kubectl apply'] as const;
export type Write = (typeof WRITES)[number];

/** Labels and annotations of lockstep's own vocabulary, by name, and any others. */
export type Texts = Readonly<Record<string, string>>;

/** Metadata as no honest user writes it. */
export interface OddMeta {
  readonly labels?: Texts;
  readonly annotations?: Texts;
  /** The size of one more annotation, in bytes. */
  readonly annotationBytes?: number;
  readonly owners?: { readonly kind: string; readonly count: number; readonly uid: 'invented' | 'namespace' };
  readonly managedFields?: 'emptied' | 'odd times';
  readonly creationTimestamp?: string;
  readonly finalizer?: boolean;
  readonly generateName?: boolean;
}

/** What a Deployment, ReplicaSet or pod refers to. */
export interface References {
  readonly via: 'env' | 'envFrom' | 'volume' | 'items' | 'mounts';
  readonly kind: SourceKind;
  readonly count: number;
  /** Each reference names another object, or all name this one. */
  readonly name: string | 'many';
  /** The length of each key's name. */
  readonly keyBytes?: number;
  readonly optional: boolean;
}

export interface WorkloadShape {
  readonly meta?: OddMeta;
  /** Annotations of the pod template. */
  readonly marks?: Texts;
  readonly references?: readonly References[];
  /** `lockstep.dev/ignore` with so many patterns, none of which matches, or all. */
  readonly patterns?: { readonly count: number; readonly matching: boolean };
  readonly include?: { readonly count: number; readonly kind: SourceKind };
  readonly replicas?: number;
  /** Its selector does not match, so that the API server refuses it after lockstep was called. */
  readonly invalid?: boolean;
}

export interface SourceShape {
  readonly meta?: OddMeta;
  readonly keys?: number;
  readonly keyBytes?: number;
  readonly valueBytes?: number;
  readonly oddKeys?: boolean;
  readonly binary?: boolean;
  readonly immutable?: boolean;
  /** Of a Secret. */
  readonly type?: string;
}

/** In what a forged copy differs from a genuine one. */
export const FLAWS = [
  'none',
  'extra key',
  'other value',
  'no note',
  'huge note',
  'other name',
  'mutable',
] as const;
export type Flaw = (typeof FLAWS)[number];

export const HOOKS = [
  'template',
  'template/pin',
  'template/deny/pin',
  'scale',
  'scale/pin',
  'pod',
  'ceiling',
] as const;
/** Namespaces for which reviews are invented: those of the bystander and closed ones, and the tenant's own. */
export const TARGETS = [
  'kube-system',
  'excluded',
  'disabled',
  'plain',
  'pinned',
  'own',
  'lockstep',
  'nowhere',
] as const;
export type Target = (typeof TARGETS)[number];

export type Step =
  | {
      readonly do: 'deployment';
      readonly write: Write;
      readonly name: ObjectName;
      readonly shape: WorkloadShape;
      readonly times?: number;
    }
  | {
      readonly do: 'source';
      readonly write: Write;
      readonly kind: SourceKind;
      readonly name: ObjectName;
      readonly shape: SourceShape;
    }
  | {
      readonly do: 'copy';
      readonly kind: SourceKind;
      readonly flaw: Flaw;
      readonly owner: 'none' | 'invented' | 'namespace';
      readonly usedAt?: string;
    }
  | {
      readonly do: 'many';
      readonly kind: SourceKind;
      readonly count: number;
      readonly annotationBytes: number;
    }
  | {
      readonly do: 'pod' | 'replicaset';
      readonly shape: WorkloadShape;
      readonly owner: 'none' | 'invented' | 'web';
    }
  | {
      readonly do: 'scale';
      readonly what: 'deployments' | 'replicasets';
      readonly to: number;
      readonly dry?: boolean;
    }
  | {
      readonly do: 'relabel';
      readonly what: Collection;
      readonly labels: Texts;
      readonly annotations: Texts;
      readonly finalizer?: boolean;
    }
  | {
      readonly do: 'delete';
      readonly what: Collection;
      readonly propagation: 'Orphan' | 'Background' | 'Foreground';
    }
  | { readonly do: 'clone copies' }
  | { readonly do: 'neighbour'; readonly trick: 'extra key' | 'absent' | 'other value' }
  | {
      readonly do: 'direct';
      readonly hook: (typeof HOOKS)[number];
      readonly target: Target;
      readonly shape: WorkloadShape;
      readonly times: number;
      readonly dry: boolean;
    };

export type StepKind = Step['do'];

export const COLLECTIONS = ['deployments', 'replicasets', 'pods', 'configmaps', 'secrets'] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** The namespace in which a tenant attacks. */
export type Space =
  | { readonly kind: 'own'; readonly labels: Texts }
  /** The chart's `excludedNamespaces` names it. */
  | { readonly kind: 'excluded' };

/** One case: what each of several tenants does, in order. They do it at the same time. */
export interface Attack {
  readonly family: string;
  readonly space: Space;
  readonly tenants: readonly (readonly Step[])[];
}

/** The number of steps of an attack. */
export const sizeOf = ({ tenants }: Attack): number => tenants.reduce((sum, steps) => sum + steps.length, 0);
