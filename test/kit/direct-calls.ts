import { Agent, request } from 'undici';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';

/** The answer to a review that somebody other than the API server sent. */
export interface DirectAnswer {
  readonly patch: string | undefined;
  readonly reason: unknown;
}

/**
 * Sends a review to lockstep's port, without a client certificate, as anybody in the cluster's network can.
 * @param path below `/admission/`
 */
export async function callDirectly({ port }: Lockstep, path: string, review: object): Promise<DirectAnswer> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const answer = await request(`https://127.0.0.1:${port}/admission/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: review }),
    dispatcher,
  });
  const { response } = Object(await answer.body.json());
  await dispatcher.close();
  const { patch, auditAnnotations } = Object(response);
  return { patch, reason: Object(auditAnnotations).reason };
}
