import { expect, test } from 'vitest';
import { lackingWarning } from '../../src/policy/lacking-warning.ts';
import type { Lacking } from '../../src/policy/lacks.ts';

const WEB = { namespace: 'shop', name: 'deployment/web', pinnedIds: ['secret/db'] };
const APP: Lacking = { id: 'configmap/app', keys: [] };
const KEYS: Lacking = { id: 'configmap/app', keys: ['a', 'b'] };
const DB: Lacking = { id: 'secret/db', keys: [] };

test.each<[string, Lacking[], 'stays' | 'waits' | 'held']>([
  [
    'configmap/app is missing in namespace shop: lockstep does not roll deployment/web, as new pods could not start. Restore it or edit the template',
    [APP],
    'stays',
  ],
  [
    'key a of configmap/app and 2 more are missing in namespace shop: lockstep does not roll deployment/web, as new pods could not start. Restore them or edit the template',
    [KEYS, DB],
    'stays',
  ],
  [
    'secret/db is missing in namespace shop: lockstep does not roll deployment/web, whose pods read copies. Restore it or edit the template',
    [DB],
    'stays',
  ],
  [
    'configmap/app is missing in namespace shop: new pods of deployment/web cannot start until it is there',
    [APP],
    'waits',
  ],
  [
    'configmap/app is missing in namespace shop: deployment/web gets no new pods before (lockstep.dev/hold-until-configured)',
    [APP],
    'held',
  ],
])('%s', (text, lacking, effect) => {
  expect(lackingWarning(lacking, WEB, effect)).toBe(text);
});

test('it fits into what the API server shows, however long the names are', () => {
  const long = 'n'.repeat(253);
  const lacking = [{ id: `configmap/${long}`, keys: [long, long] }];
  const of = { namespace: long, name: `deployment/${long}`, pinnedIds: [] };
  for (const effect of ['stays', 'waits', 'held'] as const)
    expect(lackingWarning(lacking, of, effect).length).toBeLessThanOrEqual(246);
});
