/**
 * The names of all labels and annotations that lockstep reads or writes. `docs/reference.md` says what each
 * may hold; a test holds the two together.
 */

/** Annotation on the pod template: the config hash of the workload. */
export const CONFIG_HASH = 'lockstep.dev/config-hash';
/** Annotation on the pod template: JSON, source id -> short digest. */
export const CONFIG_SOURCES = 'lockstep.dev/config-sources';
/** Annotation on the pod template: the sources whose copies its pods read. */
export const PINNED = 'lockstep.dev/pinned';
/** Annotation on the workload: what all its pods hold although their template does not say so. */
export const BASELINE = 'lockstep.dev/baseline';
/**
 * Annotation on the workload: the configuration that its pods do not follow, because an undo brought back
 * an earlier one.
 */
export const HELD = 'lockstep.dev/held';

/** Label on a namespace or a workload: lockstep works there, or keeps out. */
export const INJECT_LABEL = 'lockstep.dev/inject';
/** Label on a namespace or a workload: its pods read copies. */
export const PIN_LABEL = 'lockstep.dev/pin';
/** Label on a namespace: what becomes of a call that could not be checked. Only the registration reads it. */
export const ON_ERROR_LABEL = 'lockstep.dev/on-error';
/**
 * Annotation. On a workload: sources and keys that do not count. On a source, as `true`: it counts nowhere.
 */
export const IGNORE = 'lockstep.dev/ignore';
/** Annotation on a workload: sources that the app reads through the API. */
export const INCLUDE = 'lockstep.dev/include';
/** Annotation on a workload: the calls on which it may be rolled. */
export const ROLL_ON = 'lockstep.dev/roll-on';

/** Label on a copy. */
export const COPY_LABEL = 'lockstep.dev/copy';
/**
 * Annotation on a copy: JSON, of which source it is a copy, its full digest and the keys that this was made
 * over.
 */
export const COPY_OF = 'lockstep.dev/copy-of';
/** Annotation on a copy: when a template last came to name it after it was made, RFC 3339. */
export const USED_AT = 'lockstep.dev/used-at';
