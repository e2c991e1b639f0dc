import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const VALUE = 'the-value-of-the-configmap';
const bodies: string[] = [];
const collector = createServer(async (request, response) => {
  bodies.push(await text(request));
  response.setHeader('content-type', 'application/json').end('{}');
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => collector.close(resolve)));
const { port } = collector.address() as AddressInfo;

const lockstep = useLockstep({
  sent: true,
  flags: [`--traces-endpoint=http://127.0.0.1:${port}/v1/traces`, '--traces-sampling=1'],
});

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

const spans = (): readonly Span[] =>
  bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: Span[] }[] }) =>
      scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
const attribute = (span: Span | undefined, key: string) =>
  span?.attributes.find((each) => each.key === key)?.value.stringValue;

test('a review of a create is a trace: its decision, and the calls that it makes', async () => {
  const box = await lockstep().sandbox();
  await box.apply(configMap({ a: VALUE }), web());
  const found = await eventually(async () => {
    const review = spans().find(
      (span) => span.name === 'review template' && attribute(span, 'k8s.namespace.name') === box.namespace,
    );
    if (!review) throw new Error('the trace has not come yet');
    return spans().filter(({ traceId }) => traceId === review.traceId);
  });
  const review = found.find(({ name }) => name === 'review template');
  expect(attribute(review, 'lockstep.decision')).toBe('write');
  expect(attribute(review, 'lockstep.reason')).toBe('created');
  expect(attribute(review, 'lockstep.subject')).toBe('deployment/web');
  const calls = found.filter(({ parentSpanId }) => parentSpanId === review?.spanId);
  expect(calls.map(({ name }) => name)).toContain('get configmaps');
  expect(bodies.join()).not.toContain(VALUE);
});
