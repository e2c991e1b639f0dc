import type { Operation } from 'fast-json-patch';

/** What a review came to. `patch` changes the object under review; audit annotations go to the API server's log. */
export interface Outcome {
  readonly decision: 'leave' | 'record' | 'write' | 'hold' | 'fail';
  readonly reason: string;
  /** Sentences for the user, without a prefix. */
  readonly warnings: readonly string[];
  readonly patch?: readonly Operation[];
  readonly configHash?: string;
}

/** The longest warning that is sure to arrive whole. */
const WARNING_LENGTH = 256;

interface Response {
  readonly uid: string;
  readonly allowed: true;
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

function answer(uid: string, outcome: Outcome, patch: Pick<Response, 'patch' | 'patchType'>): ReviewAnswer {
  const { decision, reason, configHash } = outcome;
  const warnings = outcome.warnings.map((text) => `lockstep: ${text}`.slice(0, WARNING_LENGTH));
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: true,
      ...patch,
      ...(warnings.length > 0 && { warnings }),
      auditAnnotations: { decision, reason, ...(configHash !== undefined && { 'config-hash': configHash }) },
    },
  };
}

/** Allowed as it is. */
export function allowed(uid: string, outcome: Outcome): ReviewAnswer {
  return answer(uid, outcome, {});
}

/** Allowed with a change to the object. */
export function patched(uid: string, outcome: Outcome, patch: readonly Operation[]): ReviewAnswer {
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  return answer(uid, outcome, { patchType: 'JSONPatch', patch: encoded });
}

/** The answer that an outcome calls for. */
export function respond(uid: string, outcome: Outcome): ReviewAnswer {
  return outcome.patch?.length ? patched(uid, outcome, outcome.patch) : allowed(uid, outcome);
}
