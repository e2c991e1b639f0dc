import { cp, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hasPrometheus, promtool } from '../../lab/prometheus/promtool.ts';
import { type Alert, alertsOf } from '../kit/chart/alerts.ts';

/** Tests in promtool's own format: a file for each alert. `rules.yaml` are the alerts of the chart. */
const FOLDER = fileURLToPath(new URL('alerts/', import.meta.url));

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PromtoolTests = Compile(
  Type.Object({
    tests: Type.Array(
      Type.Object({
        alert_rule_test: Type.Array(
          Type.Object({ alertname: Type.String(), exp_alerts: Type.Optional(Type.Array(Type.Unknown())) }),
        ),
      }),
    ),
  }),
);

const BUILT = await hasPrometheus();

/** Runs promtool on the tests with these alerts, and returns which tests have failed: the names of their files. */
async function failedWith(alerts: readonly Alert[]): Promise<readonly string[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'lockstep-alerts-'));
  await cp(FOLDER, folder.path, { recursive: true });
  await writeFile(
    join(folder.path, 'rules.yaml'),
    JSON.stringify({ groups: [{ name: 'lockstep', rules: alerts }] }),
  );
  const files = (await readdir(FOLDER)).sort();
  const { stdout, stderr } = await promtool(['test', 'rules', '--junit=results.xml', ...files], folder.path);
  const results = await readFile(join(folder.path, 'results.xml'), 'utf8');
  const suites = [...results.matchAll(/<testsuite name="(\w+)\.yaml"[^>]* failures="(\d+)" errors="(\d+)"/g)];
  expect(suites, `${stdout}\n${stderr}`).toHaveLength(files.length);
  const failed = suites.flatMap(([, name, failures, errors]) =>
    name !== undefined && (failures !== '0' || errors !== '0') ? [name] : [],
  );
  return failed;
}

const namesOf = (alerts: readonly Alert[]) => alerts.map(({ alert }) => alert).sort();

describe('the alerts', () => {
  test.skipIf(!BUILT)('are rules that promtool finds nothing wrong with', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'lockstep-alerts-'));
    const rules = { groups: [{ name: 'lockstep', rules: await alertsOf() }] };
    await writeFile(join(folder.path, 'rules.yaml'), JSON.stringify(rules));
    const { stdout, stderr, exitCode } = await promtool(
      ['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yaml'],
      folder.path,
    );

    expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain(`${(await alertsOf()).length} rules found`);
  });

  test('have a test each, which sees the alert fire, and sees it silent', async () => {
    const files = await readdir(FOLDER);
    expect(files.map((file) => file.replace('.yaml', '')).sort()).toEqual(namesOf(await alertsOf()));
    for (const file of files) {
      const { tests } = PromtoolTests.Parse(parse(await readFile(join(FOLDER, file), 'utf8')));
      const own = tests
        .flatMap((each) => each.alert_rule_test)
        .filter(({ alertname }) => `${alertname}.yaml` === file);
      const fired = own.map(({ exp_alerts = [] }) => exp_alerts.length > 0);
      expect(new Set(fired), file).toEqual(new Set([true, false]));
    }
  });

  test.skipIf(!BUILT)('fire as their tests say, and say what a person needs to know', async () => {
    expect(await failedWith(await alertsOf())).toEqual([]);
  });

  // The tests can fail: each of these is a bug in every alert at once.
  test.skipIf(!BUILT).each([
    ['always fires', (alert: Alert): Alert => ({ ...alert, expr: 'vector(1)', for: '0m' })],
    ['never fires', (alert: Alert): Alert => ({ ...alert, expr: 'vector(1) > 2' })],
  ])('have tests that notice an alert that %s', async (_, planted) => {
    const alerts = await alertsOf();
    expect(await failedWith(alerts.map(planted))).toEqual(namesOf(alerts));
  });

  test.skipIf(!BUILT)('have tests that notice an alert that does not wait', async () => {
    const alerts = await alertsOf();
    const waiting = alerts.filter((alert) => alert.for !== '0m');
    expect(await failedWith(alerts.map((alert) => ({ ...alert, for: '0m' })))).toEqual(namesOf(waiting));
  });
});

describe('an alert', () => {
  test('has a section in docs/operations.md, where its link leads', async () => {
    const text = await readFile(join(ROOT, 'docs/operations.md'), 'utf8');
    const sections = [...text.matchAll(/^### (Lockstep\w+)$/gm)].flatMap(([, name]) => name ?? []);
    const alerts = await alertsOf();

    expect(sections.toSorted()).toEqual(namesOf(alerts));
    for (const { alert, annotations } of alerts) {
      expect(annotations['runbook_url']).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    }
  });

  test('has a summary, a description and a severity', async () => {
    for (const { annotations, labels } of await alertsOf()) {
      expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
      expect(labels['severity']).toMatch(/^(critical|warning)$/);
    }
  });

  test('can be switched off, alone', async () => {
    const all = await alertsOf();
    const others = await alertsOf({
      alerts: { clockOffset: { enabled: false }, absent: { enabled: false } },
    });

    expect(namesOf(others)).toEqual(
      namesOf(all).filter((name) => !['LockstepClockOffset', 'LockstepAbsent'].includes(name)),
    );
  });

  test('takes its wait, its severity and its threshold from values, and leaves those of others', async () => {
    const find = async (name: string, values = {}) =>
      (await alertsOf(values)).find(({ alert }) => alert === name);
    const alerts = { reviewsSlow: { for: '1h', severity: 'page', threshold: 1_500_000 } };
    const slow = await find('LockstepReviewsSlow', { alerts });

    expect(slow).toMatchObject({ for: '1h', labels: { severity: 'page' } });
    expect(slow?.expr).toMatch(/> 1500000$/);
    expect(await find('LockstepClockOffset', { alerts })).toEqual(await find('LockstepClockOffset'));
  });

  test('has the labels that all alerts get, which replace none of its own', async () => {
    const additionalRuleLabels = { team: 'platform', severity: 'none' };
    for (const { labels } of await alertsOf({ additionalRuleLabels })) {
      expect(labels['team']).toBe('platform');
      expect(labels['severity']).not.toBe('none');
    }
  });

  test('has no placeholder left', async () => {
    expect(JSON.stringify(await alertsOf())).not.toMatch(/THRESHOLD|NAMESPACE/);
  });
});
