import { describe, expect, test } from 'vitest';
import { cutToBytes, eventManifest, eventName } from '../../src/cluster/event-manifest.ts';
import { isDnsSubdomain } from '../../src/dns-names.ts';

const about = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'n', name: 'web', uid: 'u' };
const named = (change: object, message = 'm') =>
  eventName({ reason: 'Rolled', about: { ...about, ...change }, message });

describe('the name of an Event', () => {
  test('is another one for another object, reason, occasion or message', () => {
    const names = [
      named({}),
      named({ uid: 'v' }),
      named({ occasion: '1' }),
      named({ occasion: '2' }),
      named({}, 'other'),
      eventName({ reason: 'Held', about, message: 'm' }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test('is the same for the same occasion, whatever the words', () => {
    expect(named({ occasion: '1' }, 'one')).toBe(named({ occasion: '1' }, 'two'));
  });

  test('is a name that an object may have, however its object is called', () => {
    for (const name of ['web', 'a'.repeat(253), `${'a'.repeat(199)}-b`, `${'a'.repeat(198)}.-b`])
      expect(isDnsSubdomain(named({ name }))).toBe(true);
  });
});

test('a text is cut to so many bytes, between two characters', () => {
  expect(cutToBytes('ä'.repeat(10), 20)).toBe('ä'.repeat(10));
  for (let most = 10; most < 40; most += 1) {
    const cut = cutToBytes('aä€😀'.repeat(20), most);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
    expect(cut).toMatch(/^[aä€😀]*…$/u);
    expect(cut).not.toContain('\uFFFD');
  }
});

test('an Event says who records what about which object, and because of what', () => {
  const related = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'app' };
  const details = { related, facts: { 'lockstep.dev/call': 'scale' } };
  const event = {
    reason: 'Rolled',
    about,
    message: 'x'.repeat(2_000),
    details,
    instance: 'pod',
    nowMs: 1,
  } as const;
  const { metadata, note, ...rest } = eventManifest(event);
  expect(metadata).toMatchObject({ namespace: 'n', annotations: details.facts });
  expect(Buffer.byteLength(note)).toBe(1_024);
  expect(rest).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    regarding: about,
    related,
    type: 'Normal',
    reason: 'Rolled',
    action: 'Roll',
    eventTime: '1970-01-01T00:00:00.001000Z',
    reportingController: 'lockstep.dev/lockstep',
    reportingInstance: 'pod',
  });
});
