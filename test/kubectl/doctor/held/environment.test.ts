import { expect, test } from 'vitest';
import { environmentOf, sealer } from '../../../../src/kubectl/doctor/held/environment.ts';

const environ = (...entries: string[]) => Buffer.from(entries.map((each) => `${each}\0`).join(''));

test('an environment is read byte by byte, and holds no value', () => {
  const seal = sealer();
  const found = environmentOf(environ('A=1=2\nä', 'EMPTY=', 'A=3'), seal);
  expect(found?.get('A')).toBe(seal(Buffer.from('1=2\nä')));
  expect(found?.get('EMPTY')).toBe(seal(Buffer.from('')));
  expect(JSON.stringify([...(found ?? [])])).not.toContain('1=2');
  expect(sealer()(Buffer.from('x'))).not.toBe(seal(Buffer.from('x')));
});

test.each([['nginx: master process'], ['A=1', 'garbage'], ['=x']])(
  'one that a process has written over says nothing: %s',
  (...entries) => {
    expect(environmentOf(environ(...entries), sealer())).toBeUndefined();
  },
);

test('an empty one says nothing', () => {
  expect(environmentOf(Buffer.alloc(0), sealer())).toBeUndefined();
  expect(environmentOf(Buffer.alloc(100), sealer())).toBeUndefined();
});
