import { Agent, request } from 'undici';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';

/** Calls lockstep for reviews as the API server does, but many at a time and with any timeout. */
export interface Reviewer {
  /**
   * Sends this many reviews of a growing Scale of `deployment/web`.
   * @returns how many were answered with 200
   */
  review(count: number, timeout: string): Promise<number>;
  close(): Promise<void>;
}

/** As many as the API server may have in progress in a busy cluster. */
const AT_ONCE = 16;

export function reviewer({ port }: Lockstep, namespace: string): Reviewer {
  // These tests do not check the certificate.
  const dispatcher = new Agent({
    connect: { rejectUnauthorized: false },
    connections: AT_ONCE,
    allowH2: false,
  });
  const grown = (replicas: number) => ({ metadata: { name: 'web' }, spec: { replicas } });
  const body = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'many',
      name: 'web',
      namespace,
      operation: 'UPDATE',
      dryRun: true,
      object: grown(9),
      oldObject: grown(1),
    },
  });
  async function isAnswered(timeout: string): Promise<boolean> {
    const url = `https://127.0.0.1:${port}/admission/scale?timeout=${timeout}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await request(url, { method: 'POST', headers, body, dispatcher });
    await answer.body.dump();
    return answer.statusCode === 200;
  }
  return {
    async review(count, timeout) {
      let [left, answered] = [count, 0];
      const worker = async () => {
        while (left > 0) {
          left -= 1;
          if (await isAnswered(timeout)) answered += 1;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return answered;
    },
    close: () => dispatcher.close(),
  };
}
