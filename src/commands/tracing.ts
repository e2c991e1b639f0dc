import { hostname } from 'node:os';
import type { ServeConfig } from '../config/serve.ts';
import { NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import { VERSION } from '../version.ts';

/** Traces as the configuration wants them. What they need is loaded only then. */
export async function openTracing({ traces }: Pick<ServeConfig, 'traces'>): Promise<Tracing> {
  if (!traces) return NO_TRACING;
  const { otelTracing } = await import('../telemetry/otel.ts');
  return otelTracing({ ...traces, version: VERSION, instance: hostname() });
}
