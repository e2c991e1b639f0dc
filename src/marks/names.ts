/**
 * The names of all labels and annotations that lockstep reads or writes. `docs/reference.md` says what each
 * may contain. A test compares this file with that page.
 */

/** Annotation on the pod template: the config hash of the workload. */
export const CONFIG_HASH = 'lockstep.dev/config-hash';
/** Annotation on the pod template: JSON, source id -> short digest. */
export const CONFIG_SOURCES = 'lockstep.dev/config-sources';
/** Annotation on the pod template: the sources that its pods read copies of, and the seals of the copies. */
export const PINNED = 'lockstep.dev/pinned';
/** Annotation on the workload: the configuration that all its pods hold, although their template lacks it. */
export const BASELINE = 'lockstep.dev/baseline';
/**
 * Annotation on the workload: the live configuration that its pods do not follow, because an undo brought an
 * earlier one back.
 */
export const HELD = 'lockstep.dev/held';

/**
 * Annotation on the workload: the last rollout that lockstep has started after an edit, without a call. A time
 * (RFC 3339), and the sources that had changed.
 */
export const EDITED = 'lockstep.dev/edited';

/** Label on a namespace or a workload: lockstep acts on it, or does not. */
export const INJECT_LABEL = 'lockstep.dev/inject';
/** Label on a namespace or a workload: its pods read copies, or do not. */
export const PIN_LABEL = 'lockstep.dev/pin';
/** Label on a namespace: whether lockstep writes in it (`enforce`), or only tells what it would do (`observe`). */
export const MODE_LABEL = 'lockstep.dev/mode';
/** Label on a StatefulSet, `true`: a broken pod of an outdated revision may be deleted. */
export const UNBLOCK_LABEL = 'lockstep.dev/unblock';
/** Label on a namespace: whether calls that could not be checked succeed. Only the registration reads it. */
export const ON_ERROR_LABEL = 'lockstep.dev/on-error';
/**
 * Annotation on a workload: sources and keys that do not count. On a source, `true` means that it counts for
 * no workload.
 */
export const IGNORE = 'lockstep.dev/ignore';
/** Annotation on a workload: the only sources and keys, of those that its template refers to, that count. */
export const ONLY = 'lockstep.dev/only';
/** Annotation on a workload: sources that the app reads through the API. */
export const INCLUDE = 'lockstep.dev/include';
/** Annotation on a workload: the occasions on which lockstep may roll it. */
export const ROLL_ON = 'lockstep.dev/roll-on';
/** Annotation on a workload: how long its sources must not have been edited before it rolls after an edit. */
export const SETTLE = 'lockstep.dev/settle';
/** Annotation on a workload, `true`: after an edit, it rolls before the others. */
export const FIRST = 'lockstep.dev/first';
/** Annotation on a workload: the windows in which it may roll after an edit. */
export const ROLL_WINDOW = 'lockstep.dev/roll-window';
/** Annotation on the pod template, `true`: no pod is made before what it needs exists. */
export const HOLD_UNTIL_CONFIGURED = 'lockstep.dev/hold-until-configured';

/** Label on a copy. */
export const COPY_LABEL = 'lockstep.dev/copy';
/** Annotation on a copy: JSON with the source's id, the full digest, and the keys that the digest covers. */
export const COPY_OF = 'lockstep.dev/copy-of';
/** Annotation on a copy: when a template last started to name it, after the copy was made. RFC 3339. */
export const USED_AT = 'lockstep.dev/used-at';

/** Annotation on an Event: what kind of call led to it, as `lockstep.dev/roll-on` names them. */
export const CALL = 'lockstep.dev/call';
/** Annotation on an Event: the name of the user who made the call. */
export const CALLER = 'lockstep.dev/caller';
/** Annotation on an Event: ids of the sources that had changed, separated by commas. */
export const CHANGED = 'lockstep.dev/changed';
