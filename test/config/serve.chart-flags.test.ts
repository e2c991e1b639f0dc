import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SERVE } from '../../src/config/serve.ts';

const CHART = fileURLToPath(new URL('../../charts/lockstep/', import.meta.url));
const read = (path: string) => readFileSync(`${CHART}${path}`, 'utf8');
const templates = readdirSync(`${CHART}templates`, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(tpl|yaml|txt)$/.test(name))
  .map((name) => read(`templates/${name}`))
  .join('\n');

/** Arguments of the container: items of a list, some of them made by printf. */
const set = new Set(
  [...templates.matchAll(/^\s*- (?:\{\{ printf ")?(--[a-z][-a-z]*)=/gm)].map(([, flag]) => flag),
);

/** The options that the chart leaves to the default, or to `extraArgs`, and why. */
const NOT_SET: Readonly<Record<string, string>> = {
  '--kubeconfig': 'the Pod’s ServiceAccount is what counts in a cluster',
};

test('every option that the templates set is one of `lockstep serve`', () => {
  expect(set.size).toBeGreaterThan(15);
  expect([...set].filter((flag) => flag === undefined || !(flag in SERVE.options))).toEqual([]);
});

test('every option of `lockstep serve` is set by the chart, or left out for a reason', () => {
  const missing = Object.keys(SERVE.options).filter((flag) => !set.has(flag));
  expect(missing.sort()).toEqual(Object.keys(NOT_SET).sort());
});

test('every option of lockstep that the chart’s README names exists', () => {
  // In the text, as code: blocks of commands have the options of helm and kubectl.
  const named = [...read('README.md').matchAll(/`(--[a-z][-a-z]+)/g)].flatMap(([, flag]) => flag ?? []);
  expect(named).not.toEqual([]);
  expect(named.filter((flag) => !(flag in SERVE.options))).toEqual([]);
});
