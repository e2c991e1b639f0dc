import { expect, test } from 'vitest';
import type { ExecAnswer } from '../../../../src/api/pod-exec.ts';
import { lookOf, whyNotFirst } from '../../../../src/kubectl/doctor/held/why.ts';

const ended = (exitCode: number, stderr = ''): ExecAnswer => ({
  kind: 'ended',
  exitCode,
  stdout: Buffer.from('x'),
  stderr,
});
const told = (answer: ExecAnswer) => {
  const look = lookOf(answer);
  return look.kind === 'unknown' ? look.why.text : look.kind;
};

test.each<[ExecAnswer, string]>([
  [ended(0), 'read'],
  [ended(1, 'cat: /etc/x: No such file or directory'), 'absent'],
  [ended(1, 'cat: /proc/1/environ: Permission denied'), 'exec runs as a user who may not read it'],
  [ended(1, 'cat: read error: Input/output error'), 'cat ended with exit code 1'],
  [ended(127, 'sh: cat: not found'), 'its image has no program cat'],
  [
    { kind: 'failed', message: 'exec: "cat": executable file not found in $PATH' },
    'its image has no program cat',
  ],
  [
    { kind: 'failed', message: 'container not running\nmore' },
    'no program could be started in it: container not running',
  ],
  [{ kind: 'too-large' }, 'it is longer than any source may be'],
  [{ kind: 'refused', status: 403 }, 'forbidden'],
  [{ kind: 'refused', status: 404 }, 'it is gone meanwhile'],
  [{ kind: 'refused', status: 502 }, 'the API server answered 502 to exec'],
])('%j: %s', (answer, expected) => {
  expect(told(answer)).toBe(expected);
});

test('process 1 of a pod that shares its processes is another’s', () => {
  expect(whyNotFirst({})).toBeUndefined();
  expect(whyNotFirst({ shareProcessNamespace: true })?.text).toContain('pause container');
  expect(whyNotFirst({ os: { name: 'windows' } })?.text).toContain('Windows');
  expect(whyNotFirst({ os: { name: 'linux' } })).toBeUndefined();
  expect(whyNotFirst({ hostPID: true })?.text).toContain('the node’s');
});
