import { expect, test } from 'vitest';
import type { Told } from '../../src/in-step/told.ts';
import { toldFacts } from '../../src/in-step/told-facts.ts';

const told = (change: Partial<Told> = {}): Told => ({
  what: 'rolled',
  text: 't',
  sources: ['secret/db', 'configmap/app'],
  ...change,
});
const call = { namespace: 'n', operation: 'scale', user: 'alice', hash: 'v1-a' };

test('an Event names the first source as an object, and all of them for programs', () => {
  expect(toldFacts(told(), call)).toEqual({
    related: { apiVersion: 'v1', kind: 'Secret', namespace: 'n', name: 'db' },
    facts: {
      'lockstep.dev/call': 'scale',
      'lockstep.dev/caller': 'alice',
      'lockstep.dev/changed': 'secret/db,configmap/app',
      'lockstep.dev/config-hash': 'v1-a',
    },
  });
});

test('it leaves out what is not known, and the hash where nothing has rolled', () => {
  const { related, facts } = toldFacts(told({ what: 'waits', sources: [] }), { ...call, user: undefined });
  expect(related).toBeUndefined();
  expect(facts).toEqual({ 'lockstep.dev/call': 'scale' });
});

test('it stays small, however many sources and however long their names are', () => {
  const sources = Array.from({ length: 1_000 }, (_, i) => `configmap/${i}${'x'.repeat(5_000)}`);
  expect(JSON.stringify(toldFacts(told({ sources }), call).facts).length).toBeLessThan(10_000);
});
