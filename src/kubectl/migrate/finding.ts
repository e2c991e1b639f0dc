import type { Edit } from '../../manifests/edit.ts';
import { PEERS, type Peer } from '../../marks/peers.ts';

/** What workloads are migrated from. */
export const ORIGINS = [...PEERS, 'checksum'] as const;
export type Origin = Peer | 'checksum';

/**
 * - `Replace`: lockstep does all of it, by its own words or without any
 * - `Keep`: lockstep does not do it, or not all of it, or a person has to say what is meant. It stays
 * - `Leftover`: the program wrote it, and nobody needs it
 */
export type MigrationState = 'Replace' | 'Keep' | 'Leftover';

/** One thing that the other program reads, or has left behind. Values of annotations are not printed. */
export interface Finding {
  /** An annotation, or another field: `schedulerName`. */
  readonly what: string;
  /**
   * Whether it is on the object itself, on its pod template, or a line of a text that is no object. To remove it from
   * a pod template rolls all pods.
   */
  readonly on: 'Object' | 'PodTemplate' | 'Text';
  readonly state: MigrationState;
  /** What lockstep takes it as, or why it stays. */
  readonly message: string;
  /** A leftover that goes from the manifest. */
  readonly goes?: true;
  /** `web.yaml:12:3`. Absent: it is in the cluster. */
  readonly place?: string;
}

export type Texts = Readonly<Record<string, string>>;

/** An operation of a JSON patch. */
export interface PatchOperation {
  readonly op: 'test' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** What changes on an object. */
export interface Change {
  /** Labels and annotations of the object itself, as lockstep has them. */
  readonly labels: Texts;
  readonly annotations: Texts;
  /** Annotations of the object itself that go. */
  readonly removed: readonly string[];
  /** Sources that count afterwards, and of which lockstep has no record yet: all pods may roll once. */
  readonly unrecorded: readonly string[];
  /** What goes from the object, and restarts no pod. */
  readonly patch: readonly PatchOperation[];
  /** What goes from the pod template: all pods roll. */
  readonly templatePatch: readonly PatchOperation[];
  /** The same in a manifest, as far as it can be edited there. The paths begin at the object. */
  readonly edits: readonly Edit[];
}

/** What was found on one object. */
export interface FoundOn {
  readonly findings: readonly Finding[];
  readonly change: Change;
}

export const NO_CHANGE: Change = {
  labels: {},
  annotations: {},
  removed: [],
  unrecorded: [],
  patch: [],
  templatePatch: [],
  edits: [],
};

export const NOTHING_FOUND: FoundOn = { findings: [], change: NO_CHANGE };
