import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { alertsOf } from '../kit/chart/alerts.ts';
import { chartFile } from '../kit/chart/chart.ts';
import { dashboard, panelsOf } from '../kit/chart/dashboard.ts';
import { objects } from '../kit/chart/rendered.ts';

// What its queries give is for test/promises/dashboard.test.ts.
const board = await dashboard();
const panels = panelsOf(board);
const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

const TELEMETRY = fileURLToPath(new URL('../../src/telemetry', import.meta.url));
/** The metrics of lockstep, by their names in the code. */
const METRICS = new Set(
  readdirSync(TELEMETRY).flatMap((file) =>
    [...readFileSync(join(TELEMETRY, file), 'utf8').matchAll(/'(lockstep_\w+)'/g)].map(([, name]) => name),
  ),
);
const unknownIn = (text: string) =>
  (text.match(/\blockstep_\w+/g) ?? []).filter(
    (name) => !METRICS.has(name) && !METRICS.has(name.replace(/_(bucket|sum|count)$/, '')),
  );

describe('the dashboard', () => {
  test('has panels with a title of their own, a unit, and names for its series', () => {
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    const ids = board.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title, fieldConfig, targets } of panels) {
      expect(fieldConfig.defaults.unit, title).not.toBe('');
      expect(
        targets.map(({ refId }) => refId),
        title,
      ).toEqual([...'ABCDEF'].slice(0, targets.length));
    }
  });

  test('has panels that neither overlap nor stick out', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of board.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken, title).not.toContain(`${x},${y}`);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  test('asks for the namespace and the job that are chosen, wherever it names a metric', () => {
    for (const query of queries) {
      const selectors = query.match(/{[^}]*}/g) ?? [];
      expect(selectors, query).not.toEqual([]);
      for (const selector of selectors) {
        expect(selector, query).toMatch(/^{namespace=~"\$namespace", job=~"\$job"[,}]/);
      }
      expect(query.match(/\b(lockstep|process|nodejs)_\w+(?!\w|{)/g), query).toBeNull();
    }
  });

  test('takes the range and the resolution from Grafana', () => {
    for (const query of queries)
      for (const [, range] of query.matchAll(/\[([^\]]*)\]/g)) {
        expect(['$__rate_interval', '$__range'], query).toContain(range);
      }
  });

  test('and the alerts name metrics that lockstep has', async () => {
    const texts = [JSON.stringify(board), ...(await alertsOf()).map(({ expr }) => expr)];
    expect(texts.flatMap(unknownIn)).toEqual([]);
  });

  test('is installed as it is in the chart, where the sidecar of Grafana finds it', async () => {
    const { metadata, data } = (await objects({ metrics: { dashboard: { enabled: true } } })).of('ConfigMap');
    expect(metadata?.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(data).toEqual({ 'lockstep.json': (await chartFile('dashboards/lockstep.json')).trimEnd() });
  });

  test('goes into the namespace, and with the labels, that Grafana looks for', async () => {
    const values = {
      namespace: 'monitoring',
      labels: { grafana_dashboard: 'yes' },
      annotations: { grafana_folder: 'Apps' },
    };
    const rendered = await objects({ metrics: { dashboard: { enabled: true, ...values } } });
    expect(rendered.of('ConfigMap').metadata).toMatchObject(values);
  });

  test('is not installed by default', async () => {
    expect((await objects({})).all('PrometheusRule')).toEqual([]);
    expect((await objects({})).all('ConfigMap').map(({ metadata }) => metadata?.name)).not.toContain(
      'lockstep-dashboard',
    );
  });
});
