import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { READ } from '../src/telemetry/state-metrics.ts';

const asMetrics = Compile(
  Type.Array(
    Type.Object({
      name: Type.String(),
      help: Type.String(),
      type: Type.String(),
      labelNames: Type.Optional(Type.Array(Type.String())),
    }),
  ),
);

const HEAD = `# Metrics

<!-- Made by \`npm run metrics-docs\` from the code. Do not edit it by hand. -->

Each replica serves its metrics at \`/metrics\` on its admin port. A scraper that asks for OpenMetrics also gets exemplars: the
buckets of \`lockstep_review_duration_seconds\` name a trace, if [traces](operations.md#traces) are on.
[What to watch](operations.md#what-to-watch) has queries and alerts. Reasons and decisions are those of the
[audit annotations](reference.md#audit-annotations). No label holds the name of an object or of a user.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
`;

const TAIL = `
The standard metrics of a Node program are there, too: \`process_*\` and \`nodejs_*\`.
`;

/** The page about metrics: every metric that the program can serve, from its own registry. */
export async function metricsMarkdown(): Promise<string> {
  const { exact, readGauge } = createMetrics();
  for (const name of Object.keys(READ) as (keyof typeof READ)[]) readGauge(name, () => 0);
  const metrics = asMetrics.Parse(exact.getMetricsAsArray().map((metric) => ({ labelNames: [], ...metric })));
  const rows = metrics
    .filter(({ name }) => name.startsWith('lockstep_'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, help, type, labelNames = [] }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${labels} | ${help} |\n`;
    });
  return `${HEAD}${rows.join('')}${TAIL}`;
}
