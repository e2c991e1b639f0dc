import type { OpenMetricsContentType, PrometheusContentType, Registry } from 'prom-client';

/** The registries that a metric is in. */
export type Registers = (Registry<PrometheusContentType> | Registry<OpenMetricsContentType>)[];
