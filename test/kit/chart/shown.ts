import type { Prometheus, Sample } from '../../../lab/prometheus/prometheus.ts';
import type { Panel } from './dashboard.ts';

/** What a panel shows: the values of its series, by their names in the legend. */
export type Shown = Readonly<Record<string, number>>;

/** What Grafana puts in for variables of a dashboard. */
export type Variables = Readonly<Record<string, string>>;

const filled = (expression: string, variables: Variables) =>
  expression.replaceAll(/\$(\w+)/g, (whole, name: string) => variables[name] ?? whole);

const legendOf = (format: string, { labels }: Sample) =>
  format.replaceAll(/{{(\w+)}}/g, (_, label: string) => labels[label] ?? '');

/**
 * Evaluates the queries of a panel.
 * @throws Error if two series have one name in the legend, so that nobody can tell them apart
 */
export async function shownBy({ query }: Prometheus, panel: Panel, variables: Variables): Promise<Shown> {
  const shown: Record<string, number> = {};
  for (const { expr, legendFormat } of panel.targets) {
    for (const sample of await query(filled(expr, variables))) {
      const name = legendOf(legendFormat, sample);
      if (name in shown) throw new Error(`${panel.title} shows ${name} twice`);
      shown[name] = sample.value;
    }
  }
  return shown;
}

/** The same as whole numbers, without those that are 0. Prometheus estimates counts from what it has scraped. */
export const rounded = (shown: Shown, times = 1): Shown =>
  Object.fromEntries(
    Object.entries(shown)
      .map(([name, value]) => [name, Math.round(value * times)] as const)
      .filter(([, value]) => value !== 0),
  );
