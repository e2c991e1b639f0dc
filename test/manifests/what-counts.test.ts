import { expect, test } from 'vitest';
import { formatsWith } from '../../src/digest/format.ts';
import { parseKeys } from '../../src/digest/secret-keys.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { inject } from './helpers.ts';

const parsed = parseKeys('a key of the installation, and not a short one');
const format = formatsWith(parsed.kind === 'keys' ? parsed.keys : []).current;
const SECRETS = { defaults: { secrets: true, ignore: [], rollOn: OPERATIONS }, format };

const web = (annotations = '{}') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: ${annotations}}
spec:
  template:
    metadata: {}
    spec:
      containers:
        - name: web
          envFrom: [{secretRef: {name: db}}, {configMapRef: {name: app}}]
`;
const APP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: "1"}\n';
const db = (content: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${content}\n`;

const sources = async (files: Record<string, string>, options = {}): Promise<unknown> => {
  const { output } = await inject(files, options);
  const text = /config-sources: '(.*)'/.exec(output)?.[1];
  return text === undefined ? undefined : JSON.parse(text);
};

test('Secrets count where they are switched on; stringData stands over data, as it will in the cluster', async () => {
  const files = (content: string) => ({ 'app.yaml': APP, 'db.yaml': db(content), 'web.yaml': web() });
  const plain = await sources(files('data: {password: b25l}'), SECRETS);
  expect(plain).toEqual({
    'configmap/app': expect.stringMatching(/^[0-9a-f]{16}$/),
    'secret/db': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{16}$/),
  });
  expect(await sources(files('stringData: {password: one}'), SECRETS)).toEqual(plain);
  expect(await sources(files('data: {password: eA==}\nstringData: {password: one}'), SECRETS)).toEqual(plain);
  expect(await sources(files('stringData: {password: two}'), SECRETS)).not.toEqual(plain);
  expect(Object.keys(Object(await sources(files('data: {password: b25l}'))))).toEqual(['configmap/app']);
});

test('what is to be ignored is, on the workload and on the source', async () => {
  const ignored = APP.replace('{name: app}', '{name: app, annotations: {lockstep.dev/ignore: "true"}}');
  const files = (app: string, annotations?: string) => ({ 'app.yaml': app, 'web.yaml': web(annotations) });
  expect(await sources(files(APP))).toHaveProperty('configmap/app');
  expect(await sources(files(ignored))).toBeUndefined();
  expect(await sources(files(APP, '{lockstep.dev/ignore: configmap/app}'))).toBeUndefined();
});

test('a malformed annotation is named with its place, a source’s own too', async () => {
  const odd = APP.replace('{name: app}', '{name: app, annotations: {lockstep.dev/ignore: maybe}}');
  const { warnings } = await inject({ 'app.yaml': odd, 'web.yaml': web('{lockstep.dev/roll-on: never}') });
  expect(warnings).toEqual([
    'web.yaml:1:1: annotation lockstep.dev/roll-on on deployment/web: "never" is not create, update or scale: ignored',
    'web.yaml:1:1: annotation lockstep.dev/ignore="maybe" on configmap/app is neither true nor false: ignored',
  ]);
});
