import type { Operation } from 'fast-json-patch';

/** Why a call is refused, in a metav1.Status's words. */
export interface Denial {
  readonly code: 500 | 503;
  readonly reason: 'InternalError' | 'ServiceUnavailable';
  readonly message: string;
}

/**
 * What a review came to. `fail`: it could not be decided, the call goes through; `deny`: and it does not. `patch`
 * changes the object under review; audit annotations go to the API server's log.
 */
export interface Outcome {
  readonly decision: 'leave' | 'record' | 'write' | 'hold' | 'pin' | 'fail' | 'deny';
  readonly reason: string;
  /** Sentences for the user, without a prefix. */
  readonly warnings: readonly string[];
  readonly patch?: readonly Operation[];
  readonly configHash?: string;
  readonly denial?: Denial;
}

/** The longest warning that is sure to arrive whole. */
const WARNING_LENGTH = 256;

interface Response {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: Denial;
  readonly patchType?: 'JSONPatch';
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

export interface ReviewAnswer {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: Response;
}

type Verdict = Pick<Response, 'allowed' | 'status' | 'patch' | 'patchType'>;

function answer(uid: string, outcome: Outcome, verdict: Verdict): ReviewAnswer {
  const { decision, reason, configHash } = outcome;
  const warnings = outcome.warnings.map((text) => `lockstep: ${text}`.slice(0, WARNING_LENGTH));
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      ...verdict,
      ...(warnings.length > 0 && { warnings }),
      auditAnnotations: { decision, reason, ...(configHash !== undefined && { 'config-hash': configHash }) },
    },
  };
}

/** Allowed as it is. */
export function allowed(uid: string, outcome: Outcome): ReviewAnswer {
  return answer(uid, outcome, { allowed: true });
}

/** Allowed with a change to the object. */
export function patched(uid: string, outcome: Outcome, patch: readonly Operation[]): ReviewAnswer {
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  return answer(uid, outcome, { allowed: true, patchType: 'JSONPatch', patch: encoded });
}

/** Refused, with the reason. */
export function denied(uid: string, outcome: Outcome, denial: Denial): ReviewAnswer {
  return answer(uid, outcome, { allowed: false, status: denial });
}

/** The answer that an outcome calls for. */
export function respond(uid: string, outcome: Outcome): ReviewAnswer {
  if (outcome.denial) return denied(uid, outcome, outcome.denial);
  return outcome.patch?.length ? patched(uid, outcome, outcome.patch) : allowed(uid, outcome);
}
