import fc from 'fast-check';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REFUSALS } from '../../../src/server/refusals.ts';
import { exchange } from '../../kit/raw-http.ts';
import { CEILING, CREATE, http, POD_CREATE, SCALE, UPDATE } from '../../kit/review-requests.ts';
import { type Served, startServed } from '../../kit/served.ts';
import { encoded, mutatedBytes, mutatedText } from './mutate.ts';

/** The number of inputs of each kind. Every run has the same ones, unless a variable asks for more. */
const runs = process.env['LOCKSTEP_FUZZ_RUNS'];
const seed = process.env['LOCKSTEP_FUZZ_SEED'] ?? (runs === undefined ? '1' : undefined);
const PARAMETERS = { numRuns: Number(runs ?? 400), ...(seed !== undefined && { seed: Number(seed) }) };
const TIMEOUT_MS = 30_000 + PARAMETERS.numRuns * 50;

/** An answer of 400 to 499 with its documented code. */
function isRefusal(status: number, body: string): boolean {
  const { code, message, ...rest } = JSON.parse(body);
  const known = Object.entries(REFUSALS).find(([name]) => name === code)?.[1][0];
  return known === status && status < 500 && typeof message === 'string' && Object.keys(rest).length === 0;
}

function uidOf(sent: Buffer): unknown {
  return JSON.parse(sent.toString()).request.uid;
}

const PATHS = {
  '/admission/template': [CREATE, UPDATE],
  '/admission/template/deny': [CREATE, UPDATE],
  '/admission/scale': [SCALE],
  '/admission/ceiling': [CEILING],
  '/admission/template/pin': [CREATE, UPDATE],
  '/admission/pod': [POD_CREATE],
  '/admission/pod/deny': [POD_CREATE],
};
const target = fc.constantFrom<keyof typeof PATHS>(
  '/admission/template',
  '/admission/template/deny',
  '/admission/scale',
  '/admission/ceiling',
  '/admission/template/pin',
  '/admission/pod',
  '/admission/pod/deny',
);

let served: Served;
const agent = new Agent({ connect: { rejectUnauthorized: false } });
beforeAll(async () => {
  served = await startServed(['--pin=on']);
});
afterAll(async () => {
  await agent.close();
  expect(await served.stop()).toBe(0);
});

async function post(path: string, body: Buffer) {
  const answer = await request(`https://127.0.0.1:${served.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    dispatcher: agent,
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

function expectAnswered(
  path: string,
  sent: Buffer,
  { status, text }: { status: number; text: string },
): void {
  expect(text).not.toContain('    at ');
  if (status !== 200) {
    expect([status, text, isRefusal(status, text)]).toEqual([status, text, true]);
    return;
  }
  const { response } = JSON.parse(text);
  expect(response).toMatchObject({ uid: uidOf(sent) });
  expect(response.allowed || path.endsWith('/deny')).toBe(true);
  expect(response.auditAnnotations.reason).not.toBe('bug');
  if (response.patch === undefined) return;
  // Neither NaN nor Infinity, because JSON would turn them into null.
  const patch = JSON.parse(Buffer.from(response.patch, 'base64').toString());
  for (const operation of patch) expect(operation).not.toHaveProperty('value', null);
}

test.each([
  [
    'reviews with fields dropped, repeated, added, wrapped and exchanged',
    (text: fc.Arbitrary<string>) => text.map((plain) => Buffer.from(plain)),
  ],
  ['reviews with bytes changed, or cut short', (text: fc.Arbitrary<string>) => mutatedBytes(encoded(text))],
])(
  '%s are answered with their uid, or refused with a documented code',
  async (_name, asBytes) => {
    const input = target.chain((path) => fc.tuple(fc.constant(path), asBytes(mutatedText(PATHS[path]))));
    await fc.assert(
      fc.asyncProperty(input, async ([path, sent]) => expectAnswered(path, sent, await post(path, sent))),
      PARAMETERS,
    );
    await served.expectHealthy();
  },
  TIMEOUT_MS,
);

test(
  'requests with changed bytes are answered with a documented code, and the connection is closed',
  async () => {
    const bytes = fc.constantFrom(
      http(JSON.stringify(UPDATE)),
      http(JSON.stringify(SCALE), { target: '/admission/scale?timeout=5s' }),
    );
    await fc.assert(
      fc.asyncProperty(mutatedBytes(bytes), async (sent) => {
        // No more bytes come, so an incomplete request is refused now, and not after its timeout.
        const { status, body, text } = await exchange(served.port, sent, true);
        expect(text).not.toContain('    at ');
        // A change to the method may turn it into a HEAD, and the answer to that has no body.
        if (status !== 200 && body !== '')
          expect([status, body, isRefusal(status, body)]).toEqual([status, body, true]);
        if (status === 0) expect(text).toBe('');
      }),
      PARAMETERS,
    );
    await served.expectHealthy();
  },
  TIMEOUT_MS,
);

test('many of the inputs were valid reviews, and many were not', async () => {
  const [reviewed, refused] = await Promise.all([
    served.metric('lockstep_reviews_total', {}),
    served.metric('lockstep_requests_refused_total', {}),
  ]);
  console.log(`${reviewed} reviewed, ${refused} refused`);
  expect(Math.min(reviewed, refused) / (reviewed + refused)).toBeGreaterThan(0.1);
});
