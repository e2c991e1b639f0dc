import { describe, expect, test } from 'vitest';
import { unusableError } from '../../src/copies/errors.ts';
import { copyName } from '../../src/copies/name.ts';
import { configState, v1 } from '../../src/digest/format.ts';
import { marksOfState } from '../../src/marks/marks.ts';
import { noCopyWarning, startsLiveWarning, staysLiveWarning } from '../../src/policy/copy-warnings.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { warningsOf } from '../../src/policy/warnings.ts';

const LONG = 'n'.repeat(253);
const marks = marksOfState(configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1()));
const write = (reason: Extract<Decision, { action: 'write' }>['reason'], more = {}): Decision => ({
  action: 'write',
  reason,
  marks,
  moved: [],
  ...more,
});
const roll = (waiting: string[]): Decision => ({ action: 'leave', reason: 'roll-on', waiting });
const of = (decision: Decision, name: string, pinned: string[] = []) =>
  warningsOf(decision, {
    namespace: 'shop',
    name: `deployment/${name}`,
    operation: 'update',
    paused: false,
    strategy: { type: 'rolling', partition: 0, surge: true },
    idle: false,
    pinnedIds: pinned,
  });

const SECRET = { kind: 'secret', shortDigest: '01234567-0123456789abcdef' } as const;
const whyUnusable = (name: string) => unusableError({ ...SECRET, name }, { is: 'other-content' }).message;
const whyLost = (name: string) =>
  `secret/${copyName(name, SECRET.shortDigest)} is gone, and secret/${name} no longer holds the same. ` +
  'To roll the workload: kubectl rollout restart';
const whyUncovered = (name: string) =>
  `spec.initContainers[10].env[100].valueFrom.configMapKeyRef uses more of configmap/${name} than its workload’s template does`;

describe('the warning about copies', () => {
  test.each<[string, (name: string) => string[]]>([
    ['web is back at its earlier configuration, and held there', (name) => of(write('undo-held'), name)],
    ['is held at an earlier configuration', (name) => of({ action: 'leave', reason: 'held' }, name)],
    ['is no longer held: today', (name) => of(write('template-changed', { endsHold: true }), name)],
    ['is no longer held: today', (name) => of(write('created', { endsHold: true }), name)],
    [
      'new pods join at its earlier configuration',
      (name) =>
        of(roll([`configmap/${name}`, `secret/${name}`]), name, [`secret/${name}`, `configmap/${name}`]),
    ],
    [
      'web: some of its keys are ignored',
      (name) => [staysLiveWarning({ id: `configmap/${name}`, why: 'keys-ignored' }, `deployment/${name}`)],
    ],
    [
      'stays live in pods of deployment/web: it does not exist',
      (name) => [staysLiveWarning({ id: `secret/${name}`, why: 'absent' }, `deployment/${name}`)],
    ],
    [
      'deployment/web may start on live configuration: secret/web-lockstep-01234567-0123456789abcdef is',
      (name) => [noCopyWarning(`deployment/${name}`, whyUnusable(name))],
    ],
    [
      'pod/web starts on live configuration: secret/web-lockstep-01234567-0123456789abcdef is gone',
      (name) => [startsLiveWarning(`pod/${name}`, whyLost(name))],
    ],
    ['than its workload’s template does', (name) => [startsLiveWarning(`pod/${name}`, whyUncovered(name))]],
  ])('%s: is one line that is not cut off, for names of any length', (says, told) => {
    expect(told('web')).toEqual([expect.stringContaining(says)]);
    const [warning, ...more] = told(LONG);
    expect(more).toEqual([]);
    expect(`lockstep: ${warning}`.length).toBeLessThanOrEqual(256);
    expect(warning).not.toContain('\n');
    expect(warning).toContain('…');
    expect(warning).not.toContain('aaaa');
    // Its end is not cut off.
    expect(warning?.slice(-12)).toBe(told('web')[0]?.slice(-12));
  });

  test('is absent if the marks are only recorded, or no hold exists that could end', () => {
    for (const reason of ['held', 'released'] as const)
      expect(of({ action: 'record', reason, marks }, 'web')).toEqual([]);
    expect(of(write('template-changed'), 'web')).toEqual([]);
    expect(of({ action: 'leave', reason: 'in-step' }, 'web')).toEqual([]);
  });

  test('says that pods may differ if a changed source is not pinned, or is unknown', () => {
    const differ = [expect.stringContaining('its pods may differ')];
    expect(of(roll(['configmap/app', 'configmap/more']), 'web', ['configmap/app'])).toEqual(differ);
    expect(of(roll([]), 'web', ['configmap/app'])).toEqual(differ);
  });
});
