import type { Denial, Outcome } from './outcome.ts';

/** The longest warning that the API server passes on without cutting it. */
const WARNING_LENGTH = 256;

/**
 * The API server drops what does not fit into this many characters, over all warnings of an answer
 * (k8s.io/apiserver, endpoints/filters/warning.go).
 */
const WARNINGS_LENGTH = 4_096;

const prefixed = (text: string, observed = false): string =>
  `lockstep${observed ? ' observes' : ''}: ${text}`.slice(0, WARNING_LENGTH);

/** The longest text of the line that counts the warnings without room. */
const REST_LENGTH = prefixed(`${Number.MAX_SAFE_INTEGER} more warnings`, true).length;

/**
 * The warnings that reach the user, each once. If there is not room for all, a last one counts the rest. A
 * workload may have any number of sources, and each may have a warning.
 */
function warningLines({ warnings, observed }: Outcome): string[] {
  const lines = [...new Set(warnings.map((warning) => prefixed(warning, observed)))];
  const total = lines.reduce((sum, line) => sum + line.length, 0);
  if (total <= WARNINGS_LENGTH) return lines;
  let room = WARNINGS_LENGTH - REST_LENGTH;
  const end = lines.findIndex((line) => {
    room -= line.length;
    return room < 0;
  });
  return [...lines.slice(0, end), prefixed(`${lines.length - end} more warnings`, observed)];
}

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
  if (outcome.observed) return { allowed: true };
  const denial = 'denial' in outcome ? outcome.denial : undefined;
  if (denial) return { allowed: false, status: denial };
  const patch = ('patch' in outcome && outcome.patch) || [];
  if (patch.length === 0) return { allowed: true };
  return {
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  };
}

function auditAnnotationsOf(outcome: Outcome): Record<string, string> {
  const { decision, reason, observed } = outcome;
  const hash = 'configHash' in outcome ? outcome.configHash : undefined;
  return {
    decision,
    reason,
    ...(observed && { mode: 'observe' }),
    ...(hash !== undefined && { 'config-hash': hash }),
  };
}

/** The answer to a review with this outcome. */
export function answerOf(uid: string, outcome: Outcome): ReviewAnswer {
  const warnings = warningLines(outcome);
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
