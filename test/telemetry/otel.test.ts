import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LockstepError } from '../../src/errors.ts';
import { otelTracing } from '../../src/telemetry/otel.ts';
import { NO_TRACING, type Tracing } from '../../src/telemetry/tracing.ts';

interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

let collector: Server;
let bodies: string[];
let endpoint = '';

beforeEach(async () => {
  bodies = [];
  collector = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
});
afterEach(() => new Promise((resolve) => collector.close(resolve)));

/** All spans that the collector gets of this work. */
async function spansOf(
  sampling: number,
  work: (tracing: Tracing) => Promise<unknown>,
): Promise<readonly Span[]> {
  const tracing = otelTracing({ endpoint, sampling, version: '1.2.3', instance: 'one' });
  await work(tracing);
  await tracing.close();
  return bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: Span[] }[] }) =>
      resource.scopeSpans.flatMap(({ spans }) => spans),
    ),
  );
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const traceparent = (flags: '00' | '01') => ({ traceparent: `00-${TRACE}-${PARENT}-${flags}` });

describe('traces', () => {
  test('go on from the API server’s, and into the calls that a review makes', async () => {
    let sent: Readonly<Record<string, string>> = {};
    const spans = await spansOf(0, (tracing) =>
      tracing.serve('review template', traceparent('01'), async () => {
        await tracing.call('get configmaps', { 'url.path': '/api/v1/x' }, async (headers) => {
          sent = headers;
        });
        tracing.annotate({ 'lockstep.decision': 'write' });
        expect(tracing.traceId()).toBe(TRACE);
      }),
    );
    const [call, review] = spans;
    expect(review).toMatchObject({ name: 'review template', kind: 2, traceId: TRACE, parentSpanId: PARENT });
    expect(review?.attributes).toEqual([{ key: 'lockstep.decision', value: { stringValue: 'write' } }]);
    expect(call).toMatchObject({
      name: 'get configmaps',
      kind: 3,
      traceId: TRACE,
      parentSpanId: review?.spanId,
    });
    expect(sent).toEqual({ traceparent: `00-${TRACE}-${call?.spanId}-01` });
    expect(bodies.join()).toContain('"service.version","value":{"stringValue":"1.2.3"}');
  });

  test('are recorded only if the API server records them', async () => {
    const spans = await spansOf(1, (tracing) =>
      tracing.serve('review', traceparent('00'), async () => undefined),
    );
    expect(spans).toEqual([]);
  });

  test.each([
    [0, 0],
    [1, 1],
  ])('that begin here are recorded as the sampling says: %d', async (sampling, count) => {
    const spans = await spansOf(sampling, async (tracing) => {
      await tracing.begin('bring after an edit', async () => undefined);
    });
    expect(spans).toHaveLength(count);
  });

  test('of two reviews at once are not mixed', async () => {
    const spans = await spansOf(1, async (tracing) => {
      const review = (name: string) =>
        tracing.serve(name, {}, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          await tracing.call(`of ${name}`, {}, async () => undefined);
        });
      await Promise.all([review('a'), review('b')]);
    });
    for (const name of ['a', 'b']) {
      const [review, call] = [name, `of ${name}`].map((each) => spans.find((span) => span.name === each));
      expect(call?.parentSpanId).toBe(review?.spanId);
    }
  });

  test('of work that fails have the code of the error, and not its message', async () => {
    const spans = await spansOf(1, async (tracing) => {
      const failing = tracing.begin('work', () =>
        Promise.reject(new LockstepError('API_REFUSED', 'the value of the Secret is hunter2')),
      );
      await expect(failing).rejects.toThrow('hunter2');
    });
    expect(spans[0]?.status).toEqual({ code: 2, message: 'API_REFUSED' });
    expect(bodies.join()).not.toContain('hunter2');
  });

  test('are dropped if the collector is away', async () => {
    const tracing = otelTracing({
      endpoint: 'http://127.0.0.1:1/v1/traces',
      sampling: 1,
      version: '1',
      instance: 'x',
    });
    expect(await tracing.serve('review', {}, async () => 7)).toBe(7);
    await tracing.close();
  });
});

test('without traces, work is only done', async () => {
  expect(await NO_TRACING.serve('review', traceparent('01'), async () => 1)).toBe(1);
  expect(await NO_TRACING.call('get', {}, async (headers) => headers)).toEqual({});
  expect(NO_TRACING.traceId()).toBeUndefined();
});
