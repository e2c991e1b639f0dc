import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EVENTS } from '../../src/telemetry/events.ts';

test('the chart’s policy lets lockstep record exactly the Events that it knows', () => {
  const path = new URL('../../charts/lockstep/templates/policy-own-records.yaml', import.meta.url);
  const policy = readFileSync(fileURLToPath(path), 'utf8');
  const [, list = ''] = /reason\.orValue\(''\) in \[([^\]]*)\]/.exec(policy) ?? [];
  expect(list.match(/\w+/g)).toEqual(Object.keys(EVENTS));
});
