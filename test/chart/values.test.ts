import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMap, isScalar, parse, parseDocument } from 'yaml';
import { CA_BUNDLE, CHART, helmLint, helmTemplate, type Values } from './helm.ts';
import { INSIDE, OUTSIDE } from './variants.ts';

/** What helm says when it refuses `values`. */
async function refusal(values: Values): Promise<string> {
  const { exitCode, stderr } = await helmTemplate(values);
  expect(exitCode).not.toBe(0);
  return stderr;
}

function chartFile(name: string): Promise<string> {
  return readFile(join(CHART, name), 'utf8');
}

describe('a value that is missing', () => {
  test.each([
    ['webhook.caBundle', 'outside the cluster', { webhook: { url: 'https://127.0.0.1:9443' } }],
    ['webhook.caBundle', 'in the cluster', { tls: { secretName: 'lockstep-tls' } }],
    ['tls.secretName', 'in the cluster', { webhook: { caBundle: CA_BUNDLE } }],
  ])('is named, with what to set it to: %s, %s', async (name, _, values) => {
    expect(await refusal(values)).toContain(`${name} is required: set it to `);
  });
});

describe('a value that is wrong', () => {
  test.each([
    ['PEM that is not encoded', '-----BEGIN CERTIFICATE-----'],
    ['something else encoded', 'bm90IGEgY2VydGlmaWNhdGU='],
  ])('is named: webhook.caBundle, %s', async (_, caBundle) => {
    expect(await refusal({ webhook: { url: 'https://a:1', caBundle } })).toContain(
      'webhook.caBundle is not a PEM certificate in base64',
    );
  });

  test('is named: two ports that are one', async () => {
    expect(await refusal({ ...INSIDE, adminPort: 9443 })).toContain('port and adminPort are the same');
  });

  test.each([
    ['/webhook/url', { webhook: { url: 'https://127.0.0.1:9443/' } }],
    ['/webhook/url', { webhook: { url: 'http://127.0.0.1:9443' } }],
    ['/webhook/failurePolicy', { webhook: { failurePolicy: 'ignore' } }],
    ['/webhook/timeoutSeconds', { webhook: { timeoutSeconds: 31 } }],
    ['/inject/default', { inject: { default: true } }],
    ['/ceiling/enabled', { ceiling: { enabled: 'off' } }],
    ['/logLevel', { logLevel: 'verbose' }],
    ['/image/digest', { image: { digest: 'latest' } }],
    ['/excludedNamespaces/0', { excludedNamespaces: ['Kube_System'] }],
  ])('is refused by the schema: %s, %j', async (path, values) => {
    expect(await refusal(values)).toContain(`at '${path}'`);
  });
});

describe('a value that is misspelt', () => {
  test.each([
    ['webhok', { webhok: {} }],
    ['ulr', { webhook: { ulr: 'x' } }],
    ['matchLabel', { webhook: { namespaceSelector: { matchLabel: {} } } }],
    ['vals', { webhook: { objectSelector: { matchExpressions: [{ key: 'a', operator: 'In', vals: [] }] } } }],
    ['defualt', { inject: { defualt: 'disabled' } }],
    ['enable', { ceiling: { enable: false } }],
    ['create', { serviceAccount: { create: false } }],
    ['secret', { tls: { secret: 'x' } }],
    ['registry', { image: { registry: 'x' } }],
    ['limit', { resources: { limit: {} } }],
    ['effects', { tolerations: [{ effects: 'NoSchedule' }] }],
  ])('is refused by name: %s', async (name, values) => {
    expect(await refusal(values)).toContain(`additional properties '${name}' not allowed`);
  });
});

describe('values.yaml', () => {
  /** The paths that `# --` documents, in dots: those are the values a user sets. */
  async function documented(): Promise<string[]> {
    const paths: string[] = [];
    const visit = (node: unknown, path: readonly string[], heading: string) => {
      if (!isMap(node)) {
        expect(heading, `${path.join('.')} has no "# --" comment`).toMatch(/^ -- /m);
        paths.push(path.join('.'));
        return;
      }
      if (/^ -- /m.test(heading)) {
        paths.push(path.join('.'));
        return;
      }
      node.items.forEach(({ key, value }, index) => {
        if (!isScalar(key)) throw new Error('a key that is not a word');
        // The comment of a map's first key is the map's own, as this parser sees it.
        const comment = (index === 0 ? node.commentBefore : undefined) ?? key.commentBefore ?? '';
        visit(value, [...path, String(key.value)], comment);
      });
    };
    visit(parseDocument(await chartFile('values.yaml')).contents, [], '');
    return paths;
  }

  test('documents every value, and the README lists the same ones', async () => {
    const listed = [...(await chartFile('README.md')).matchAll(/^\| `([\w.]+)` \|/gm)].map(
      (match) => match[1],
    );

    expect(listed.sort()).toEqual((await documented()).sort());
  });
});

describe('the chart', () => {
  test.each([
    ['outside the cluster', OUTSIDE],
    ['in the cluster', INSIDE],
  ])('has nothing that helm lint --strict objects to: %s', async (_, values) => {
    const { exitCode, stdout } = await helmLint(values);

    expect(stdout).toContain('0 chart(s) failed');
    expect(exitCode).toBe(0);
  });

  test('wants a Kubernetes that has match conditions', async () => {
    expect(parse(await chartFile('Chart.yaml'))).toMatchObject({ kubeVersion: '>=1.30.0-0' });
  });
});
