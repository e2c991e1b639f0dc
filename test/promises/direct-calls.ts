import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Agent, request } from 'undici';
import { reviewOf } from '../kit/review-requests.ts';

const checkAnswer = Compile(
  Type.Object({
    response: Type.Object({
      allowed: Type.Boolean(),
      warnings: Type.Optional(Type.Array(Type.String())),
      auditAnnotations: Type.Object({
        decision: Type.String(),
        reason: Type.String(),
        mode: Type.Optional(Type.String()),
      }),
    }),
  }),
);

/** Calls lockstep's port as anybody can who reaches it: with no certificate and no token. */
export interface DirectCalls {
  /** Sends a review, which must be answered. */
  review(
    path: string,
    of: object,
  ): Promise<{ decision: string; reason: string; mode?: string; allowed: boolean }>;
  /** Sends a review. Resolves with the HTTP status of the answer. */
  status(path: string, of: object): Promise<number>;
  close(): Promise<void>;
}

export function directCalls(port: number): DirectCalls {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const send = (path: string, of: object) =>
    request(`https://127.0.0.1:${port}/admission/${path}`, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(reviewOf(of)),
    });
  return {
    async review(path, of) {
      const answer = await send(path, of);
      const { allowed, auditAnnotations } = checkAnswer.Parse(await answer.body.json()).response;
      return { ...auditAnnotations, allowed };
    },
    async status(path, of) {
      const answer = await send(path, of);
      await answer.body.dump();
      return answer.statusCode;
    },
    close: () => dispatcher.close(),
  };
}
