import type { Denial, Outcome } from './outcome.ts';

/** The longest warning that the API server passes on without cutting it. */
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

function verdictOf(outcome: Outcome): Pick<Response, 'allowed' | 'status' | 'patch' | 'patchType'> {
  if (outcome.decision === 'deny') return { allowed: false, status: outcome.denial };
  if (outcome.decision === 'leave' || outcome.patch.length === 0) return { allowed: true };
  const patch = Buffer.from(JSON.stringify(outcome.patch)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch };
}

function auditAnnotationsOf(outcome: Outcome): Record<string, string> {
  const { decision, reason } = outcome;
  const hash = 'configHash' in outcome ? outcome.configHash : undefined;
  return { decision, reason, ...(hash !== undefined && { 'config-hash': hash }) };
}

/** The answer to a review with this outcome. */
export function answerOf(uid: string, outcome: Outcome): ReviewAnswer {
  const warnings = outcome.warnings.map((text) => `lockstep: ${text}`.slice(0, WARNING_LENGTH));
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      ...verdictOf(outcome),
      ...(warnings.length > 0 && { warnings }),
      auditAnnotations: auditAnnotationsOf(outcome),
    },
  };
}
