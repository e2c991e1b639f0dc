import { describe, expect, test } from 'vitest';
import { LockstepError } from '../../src/errors.ts';
import { APP, deploymentYaml, inject } from './helpers.ts';

const SECRET = 'hunter2';

/** The error that this input meets. */
async function errorOf(files: Readonly<Record<string, string>>): Promise<LockstepError> {
  try {
    await inject(files);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error('no error');
}

const configMap = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n${data}`;

test('a ConfigMap that is there twice: both places', async () => {
  const error = await errorOf({
    'a.yaml': `x: 1\n---\n${APP}`,
    'b.yaml': `{kind: List, items: [${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app', namespace: 'default' } })}]}`,
  });
  expect(error.code).toBe('MANIFEST_INVALID');
  expect(error.message).toBe('configmap/app of namespace default is there twice: a.yaml:3:1 and b.yaml:1:22');
});

test.each([
  [
    'envFrom: [{configMapRef: {name: app}}]',
    'envFrom: {configMapRef: {name: app}}',
    'w.yaml:12:20: deployment/web: spec.template.spec.containers[0].envFrom must be array',
  ],
  [
    'envFrom: [{configMapRef: {name: app}}]',
    'env: [{valueFrom: {configMapKeyRef: {name: app}}}]',
    'w.yaml:12:47: deployment/web: spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef must have required properties key',
  ],
  [
    '  name: web\n',
    '  name: web\n  annotations: {example.com/x: true}\n',
    'w.yaml:7:32: deployment/web: metadata.annotations["example.com/x"] must be string',
  ],
  [
    'metadata:\n  name: web\n',
    '',
    'w.yaml:3:1: deployment: the object must have required properties metadata',
  ],
  ['spec:\n', 'spec: 7\nx-spec:\n', 'w.yaml:7:7: deployment/web: spec must be object'],
])(
  'a Deployment that does not fit its schema: place, field, and what is wrong',
  async (from, to, message) => {
    const error = await errorOf({ 'w.yaml': `# w\n---\n${deploymentYaml('').replace(from, to)}` });
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID', message });
  },
);

describe('no value is quoted', () => {
  test.each([
    ['a quote that does not end', `  a: "${SECRET}\n`, 'c.yaml:6:1: Missing closing "quote'],
    ['an unknown escape', `  a: "\\${SECRET}"\n`, 'c.yaml:5:7: Invalid escape sequence'],
    [
      'text behind a block scalar’s header',
      `  a: |${SECRET}\n`,
      'c.yaml:5:7: Block scalar header includes extra characters',
    ],
    ['a flow end too many', `  a: b\n}${SECRET}\n`, 'c.yaml:6:1: '],
    ['an alias to nothing', `  a: *${SECRET}\n`, 'c.yaml:5:6: an alias (*) without its anchor (&) before it'],
    ['a key twice', `  a: ${SECRET}\n  a: ${SECRET}\n`, 'c.yaml:6:3: Map keys must be unique'],
    ['a list', `  a: [${SECRET}]\n`, 'c.yaml:5:6: configmap/app: data.a must be string'],
    ['a number', `  a: 5\n  b: ${SECRET}\n`, 'c.yaml:5:6: configmap/app: data.a must be string'],
    ['an unknown tag', `  a: !!${SECRET} [x]\n`, ''],
    [
      'bad indentation',
      `  a: b\n ${SECRET}: c\n`,
      'c.yaml:6:1: All mapping items must start at the same column',
    ],
    ['a tab', `  a: b\n\t${SECRET}: c\n`, 'c.yaml:6:1: '],
  ])('%s', async (_name, data, message) => {
    const error = await errorOf({ 'c.yaml': configMap(data) });
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain(SECRET);
    expect(error.message).not.toContain(SECRET.slice(0, 3));
  });

  test('aliases that grow without bound', async () => {
    const rows = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
    );
    const error = await errorOf({ 'bomb.yaml': `a0: &a0 ${SECRET}\n${rows.join('\n')}\n` });
    expect(error.message).toBe('bomb.yaml:1:1: its aliases cannot be expanded');
  });
});
