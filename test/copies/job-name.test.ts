import { expect, test } from 'vitest';
import { jobCopyName, jobUidIn } from '../../src/copies/job-name.ts';
import { copyName } from '../../src/copies/name.ts';
import { isDnsSubdomain } from '../../src/dns-names.ts';

const UID = '6f1f9a01-7d0c-4a3c-8c63-0a1f7c2f4f43';

test('a copy of a Job has the name of its source and the uid of the Job', () => {
  expect(jobCopyName('app', UID)).toBe(`app-lockstep-job-${UID}`);
  expect(jobUidIn(jobCopyName('app', UID))).toBe(UID);
});

test('long names are cut, differ, and can be names of objects', () => {
  const [one, other] = [jobCopyName(`${'n'.repeat(252)}a`, UID), jobCopyName(`${'n'.repeat(252)}b`, UID)];
  expect(one).not.toBe(other);
  for (const name of [one, other]) {
    expect(isDnsSubdomain(name)).toBe(true);
    expect(jobUidIn(name)).toBe(UID);
  }
});

test.each([
  copyName('app', '0123456789abcdef'),
  copyName(`app-job-${UID}`, '0123456789abcdef'),
  `app-job-${UID}`,
  `app-lockstep-job-${UID}x`,
  'app-lockstep-job-1',
])('%s is no copy of a Job', (name) => {
  expect(jobUidIn(name)).toBeUndefined();
});
