import { expect, test } from 'vitest';
import { publishedPolicy } from '../../src/config/published.ts';

test('without arguments, the policy is that of lockstep’s defaults', () => {
  expect(publishedPolicy([])).toMatchObject({
    mode: 'enforce',
    secrets: false,
    injectDefault: 'enabled',
    pin: { enabled: false },
    scope: { excluded: [], only: [] },
    edit: false,
  });
});

test('the arguments of serve count, and others are passed over', () => {
  const args = [
    'serve',
    '--port=9443',
    '--secrets=on',
    '--mode=observe',
    '--pin=on',
    '--of-a-later-version=1',
  ];
  expect(publishedPolicy([...args, '--excluded-namespaces=kube-system', '--edit=on'])).toMatchObject({
    mode: 'observe',
    secrets: true,
    pin: { enabled: true },
    scope: { excluded: ['kube-system'] },
    edit: true,
  });
});

test('the environment is that of a person, so it does not count', () => {
  process.env['LOCKSTEP_MODE'] = 'observe';
  try {
    expect(publishedPolicy([]).mode).toBe('enforce');
  } finally {
    delete process.env['LOCKSTEP_MODE'];
  }
});

test('a value that this version does not know is told of', () => {
  expect(() => publishedPolicy(['--mode=perhaps'])).toThrow('Allowed choices are enforce, observe');
});
