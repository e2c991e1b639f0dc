import { type Static, Type } from 'typebox';
import { StringMap } from '../schema.ts';

/** The API that answers assessments, behind the API server. */
export const GROUP = 'assess.lockstep.dev';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;

/** The subresource of each workload: `.../namespaces/shop/deployments/web/assessment`. */
export const SUBRESOURCE = 'assessment';

/** The operations that somebody may ask about. */
export const ASKABLE = ['scale', 'update', 'edit'] as const;
export type Askable = (typeof ASKABLE)[number];

const Ids = Type.Array(Type.String());

/** How one source compares with the record. See `SourceVerdict`. */
export const VERDICTS = ['same', 'moved', 'appeared', 'gone', 'doubtful', 'unknown'] as const;

const AssessmentSource = Type.Object({
  kind: Type.Enum(['ConfigMap', 'Secret']),
  name: Type.String(),
  verdict: Type.Enum([...VERDICTS]),
  /** No pod starts without it. */
  required: Type.Boolean(),
  /** The record of the workload has it. */
  recorded: Type.Boolean(),
  /** Keys that the template names and that the source lacks. */
  missingKeys: Type.Optional(Ids),
});

const AssessmentDecision = Type.Object({
  action: Type.Enum(['leave', 'record', 'write']),
  /** One word: `drifted`, `in-step`, `roll-on`. New versions may know further ones. */
  reason: Type.String(),
  /** Ids of the sources that changed: `secret/db`. */
  changed: Ids,
  /** Ids of the changed sources for which this operation may not roll the workload. */
  waiting: Type.Optional(Ids),
});

/**
 * What lockstep makes of a workload, as the API tells it. It holds no value, no digest, and no name of a key that the
 * template of the workload does not hold.
 */
export const Assessment = Type.Object({
  apiVersion: Type.Literal(API_VERSION),
  kind: Type.Literal('Assessment'),
  metadata: Type.Object({ namespace: Type.String(), name: Type.String() }),
  /** Without a uid, if it was not looked at. */
  workload: Type.Object({
    apiVersion: Type.String(),
    kind: Type.String(),
    uid: Type.Optional(Type.String()),
  }),
  operation: Type.Enum([...ASKABLE]),
  mode: Type.Enum(['enforce', 'observe']),
  /** lockstep never acts in its namespace. Nothing else was looked at then. */
  outOfScope: Type.Boolean(),
  decision: AssessmentDecision,
  /** There is a record of its configuration. */
  recorded: Type.Boolean(),
  paused: Type.Boolean(),
  /** It asks for no pods. */
  idle: Type.Boolean(),
  /** An undo brought an earlier configuration back, and it stays. */
  held: Type.Boolean(),
  pin: Type.Object({
    /** The workload asks for copies. */
    asked: Type.Boolean(),
    /** Ids of the sources that its pods read copies of, once the decision is carried out. */
    pinned: Ids,
    /** Id of a source that its pods read live in spite of that -> why. */
    live: StringMap,
  }),
  sources: Type.Array(AssessmentSource),
  /** What lockstep would tell the caller of the operation, as sentences. */
  warnings: Type.Array(Type.String()),
});
export type AssessmentAnswer = Static<typeof Assessment>;
