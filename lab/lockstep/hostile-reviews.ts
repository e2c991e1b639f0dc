import { Agent, request } from 'undici';
import { HOSTILE, intricate } from './hostile.ts';

/** A review of a Deployment, as the API server sends it. Of an update, the object is the same before and after. */
export function reviewText(
  namespace: string,
  object: object,
  { update = false, dryRun = true } = {},
): string {
  const operation = update ? 'UPDATE' : 'CREATE';
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'hostile',
      name: 'web',
      namespace,
      operation,
      dryRun,
      object,
      ...(update && { oldObject: object }),
    },
  });
}

/** Sends reviews of hostile Deployments to the webhook's port, as many API servers would. */
export interface Attacker {
  /** Sends one review. Resolves with the body of the answer. */
  send(text: string): Promise<string>;
  /** Sends every shape in turns, in creates and updates, really and in dry runs, until it is told to stop. */
  attack(namespace: string, stop: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function attacker(port: number): Attacker {
  // The certificate is of this run. Only the API server knows its authority.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, allowH2: false });
  const url = `https://127.0.0.1:${port}/admission/template?timeout=5s`;
  const headers = { 'content-type': 'application/json' };
  const send: Attacker['send'] = async (body) => {
    const answer = await request(url, { method: 'POST', headers, body, dispatcher });
    return answer.body.text();
  };
  return {
    send,
    async attack(namespace, stop) {
      const texts = Object.values(HOSTILE).map((make, i) =>
        reviewText(namespace, make(), { update: i % 2 === 0, dryRun: i % 3 === 0 }),
      );
      while (!stop.aborted) {
        for (const text of texts) if (!stop.aborted) await send(text);
      }
    },
    close: () => dispatcher.close(),
  };
}

/** Many connections from one address that is not the API server's. Each sends one costly review after another. */
export interface Crowd {
  /** How many of its reviews have been answered. */
  answered(): number;
  /**
   * Resolves when every connection has ended.
   * @throws Error with the first failure as its cause, if a connection had failed before
   */
  leave(): Promise<void>;
}

/** While hundreds of connections come at once to a busy machine, each may wait for its handshake. In ms. */
const PATIENCE = 60_000;

export function crowd(port: number, namespace: string, connections: number): Crowd {
  const dispatcher = new Agent({
    connect: { rejectUnauthorized: false, timeout: PATIENCE },
    localAddress: '127.0.0.2',
    connections,
    allowH2: false,
  });
  const url = `https://127.0.0.1:${port}/admission/template`;
  const headers = { 'content-type': 'application/json' };
  const body = reviewText(namespace, intricate());
  const stop = new AbortController();
  let answered = 0;
  const client = async () => {
    while (!stop.signal.aborted) {
      const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal: stop.signal });
      await answer.body.dump();
      answered += 1;
    }
  };
  const failures: unknown[] = [];
  const clients = Array.from({ length: connections }, () =>
    client().catch((error: unknown) => {
      if (!stop.signal.aborted) failures.push(error);
    }),
  );
  return {
    answered: () => answered,
    async leave() {
      stop.abort();
      await Promise.all(clients);
      await dispatcher.destroy();
      if (failures.length > 0)
        throw new Error(`${failures.length} connections failed`, { cause: failures[0] });
    },
  };
}
