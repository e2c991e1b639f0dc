import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Values } from './helm.ts';
import { objects } from './rendered.ts';

const Words = Type.Record(Type.String(), Type.String());
const Spec = Compile(
  Type.Object({
    groups: Type.Array(
      Type.Object({
        name: Type.String(),
        rules: Type.Array(
          Type.Object({
            alert: Type.String(),
            expr: Type.String(),
            for: Type.String(),
            labels: Words,
            annotations: Words,
          }),
        ),
      }),
    ),
  }),
);

/** An alert as Prometheus reads it. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The alerts that the chart renders with these values of `metrics.prometheusRule`. */
export async function alertsOf(prometheusRule: Values = {}): Promise<readonly Alert[]> {
  const values = { metrics: { prometheusRule: { enabled: true, ...prometheusRule } } };
  const { spec } = (await objects(values)).of('PrometheusRule');
  return Spec.Parse(spec).groups.flatMap(({ rules }) => rules);
}
