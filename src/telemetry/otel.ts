import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { codeOf } from '../errors.ts';
import type { IncomingHeaders, SpanAttributes, Tracing } from './tracing.ts';

export interface OtelOptions {
  /** Where traces are sent: `http://collector:4318/v1/traces`. */
  readonly endpoint: string;
  /** Which part of the traces that begin here is recorded, from 0 to 1. Of others, who began them has decided. */
  readonly sampling: number;
  readonly version: string;
  /** The name of this replica. */
  readonly instance: string;
}

/** Spans that wait to be sent. More are dropped, so that a collector that is away costs no memory. */
const MOST_WAITING = 2_048;
const SEND_EVERY_MS = 2_000;
/** A collector that does not answer holds up nobody but the end of the program. */
const SEND_MS = 5_000;

function providerOf({ endpoint, sampling, version, instance }: OtelOptions): TracerProvider {
  const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: SEND_MS });
  return new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'lockstep',
      'service.version': version,
      'service.instance.id': instance,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampling) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: MOST_WAITING,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_MS,
      }),
    ],
  });
}

/** Only the code of an error: its message may name what does not belong into a trace. */
function failed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: codeOf(error) });
}

/** Traces by OpenTelemetry, sent over HTTP (OTLP). */
export function otelTracing(options: OtelOptions): Tracing {
  const provider = providerOf(options);
  const tracer = provider.getTracer('lockstep', options.version);
  const propagator = new W3CTraceContextPropagator();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

  async function within<T>(
    name: string,
    kind: SpanKind,
    parent: Context,
    attributes: SpanAttributes,
    work: (inner: Context) => Promise<T>,
  ): Promise<T> {
    const span = tracer.startSpan(name, { kind, attributes }, parent);
    const inner = trace.setSpan(parent, span);
    try {
      return await context.with(inner, () => work(inner));
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  const parentOf = (headers: IncomingHeaders) =>
    propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const present = () => trace.getSpan(context.active());

  return {
    serve: (name, headers, work) => within(name, SpanKind.SERVER, parentOf(headers), {}, work),
    begin: (name, work) => within(name, SpanKind.INTERNAL, ROOT_CONTEXT, {}, work),
    call: (name, attributes, work) =>
      within(name, SpanKind.CLIENT, context.active(), attributes, (inner) => {
        const headers: Record<string, string> = {};
        propagator.inject(inner, headers, defaultTextMapSetter);
        return work(headers);
      }),
    annotate: (attributes) => void present()?.setAttributes(attributes),
    fail: (why) => void present()?.setStatus({ code: SpanStatusCode.ERROR, message: why }),
    traceId() {
      const found = present();
      return found?.isRecording() ? found.spanContext().traceId : undefined;
    },
    async close() {
      // The collector may be away. The program ends all the same.
      await provider.shutdown().catch(() => undefined);
    },
  };
}
