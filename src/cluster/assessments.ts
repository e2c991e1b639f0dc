import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { refusedStatus } from '../api/errors.ts';
import { segment } from '../api/path.ts';
import {
  API_VERSION,
  type Askable,
  Assessment,
  type AssessmentAnswer,
  GROUP,
  SUBRESOURCE,
} from '../assessments/shape.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import { LockstepError } from '../errors.ts';
import type { WorkloadKind } from '../workloads/workload.ts';

/**
 * Why there is no answer.
 * - `unavailable`: the cluster does not serve assessments, lockstep is away, or it cannot tell
 * - `forbidden`: the caller may not get the workload
 * - `gone`: there is no such workload
 */
export type NoAssessment = 'unavailable' | 'forbidden' | 'gone';

/** Asks lockstep, which has the key of the installation, for its judgement on workloads. */
export interface Assessments {
  /**
   * Asks for one workload. The first call asks whether the cluster serves assessments at all. Once lockstep has not
   * answered a few times in a row, nothing is asked any more.
   */
  read(
    kind: Pick<WorkloadKind, 'resource'>,
    namespace: string,
    name: string,
    signal: AbortSignal,
    operation?: Askable,
  ): Promise<AssessmentAnswer | NoAssessment>;
}

/** lockstep's own deadline is 4 s. A person should not wait longer than that for `unknown here`. */
const ANSWER_MS = 5_000;

const decode = decoder(Assessment, 'an Assessment');

/** One failure may be about one workload. So many in a row are about lockstep. */
const MOST_FAILURES = 3;

/** An error of the caller's own, such as a bad kubeconfig, is thrown. */
const isNoAnswer = (error: unknown): boolean =>
  error instanceof LockstepError &&
  ['API_REFUSED', 'API_UNREACHABLE', 'API_UNEXPECTED', 'DEADLINE_EXCEEDED'].includes(error.code);

/** @param client with the credentials of the one who asks */
export function assessments(client: ApiClient): Assessments {
  const folder = `/apis/${API_VERSION}`;
  let served: Promise<boolean> | undefined;
  /** In a row. */
  let failures = 0;

  /** @returns undefined: there is no such object. `forbidden` and `unavailable` as in `NoAssessment` */
  async function get(resource: string, path: string, signal: AbortSignal) {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      const answer = await client.request({ verb: 'get', resource, path, signal: within });
      failures = 0;
      return answer.kind === 'found' ? { body: answer.body } : undefined;
    } catch (error) {
      signal.throwIfAborted();
      const status = refusedStatus(error);
      if (status === 403) return 'forbidden';
      if (!isNoAnswer(error)) throw error;
      // The others say something of the question: the workload is too large, say.
      if (status === undefined || status >= 500) failures += 1;
      return 'unavailable';
    }
  }

  async function isServed(signal: AbortSignal): Promise<boolean> {
    const found = await get(GROUP, folder, signal);
    return typeof found === 'object';
  }

  return {
    async read(kind, namespace, name, signal, operation = 'scale') {
      if (!isDnsSubdomain(name)) return 'gone';
      served ??= isServed(signal);
      if (!(await served) || failures >= MOST_FAILURES) return 'unavailable';
      const object = `${folder}/namespaces/${segment(namespace)}/${kind.resource}/${segment(name)}/${SUBRESOURCE}`;
      const found = await get('assessments', `${object}?operation=${operation}`, signal);
      if (found === undefined) return 'gone';
      if (typeof found === 'string') return found;
      try {
        return decode(found.body);
      } catch (error) {
        // Another version of lockstep may answer in another shape. That is no word about the workload.
        if (isNoAnswer(error)) return 'unavailable';
        throw error;
      }
    },
  };
}
