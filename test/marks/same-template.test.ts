import { describe, expect, test } from 'vitest';
import { plainTemplate, revisionsOf } from '../../src/marks/same-template.ts';

const template = (annotations?: Record<string, string>, labels: Record<string, string> = {}) => ({
  metadata: { labels: { app: 'web', ...labels }, ...(annotations && { annotations }) },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
});
const HASHED = { 'pod-template-hash': '5d4f8' };
const MARKED = { 'lockstep.dev/config-hash': 'v1-1', 'lockstep.dev/config-sources': '{}' };

test('a plain template has no marks, and no empty annotations', () => {
  expect(plainTemplate(template(MARKED))).toEqual(template());
  expect(plainTemplate(template({ note: '1', ...MARKED }))).toEqual(template({ note: '1' }));
});

describe('a revision of a template of a custom resource', () => {
  const GROWN = {
    restartPolicy: 'Always',
    containers: [{ name: 'web', image: 'web:1', resources: {}, tty: false }],
  };
  const kind = { isCustom: true } as const;

  test('has all of it, and what the API server and the controller add', () => {
    const isRevision = revisionsOf(template(MARKED), 'same-marks', kind);
    expect(isRevision({ ...template(MARKED, HASHED), spec: GROWN })).toBe(true);
    expect(isRevision({ ...template({ ...MARKED, canary: 'yes' }), spec: GROWN })).toBe(true);
    expect(isRevision({ ...template(MARKED), spec: { containers: [] } })).toBe(false);
    expect(isRevision(undefined)).toBe(false);
  });

  test('has the same marks, if they count, and none that it has not', () => {
    const other = { ...MARKED, 'lockstep.dev/config-hash': 'v1-2' };
    expect(revisionsOf(template(MARKED), 'same-marks', kind)(template(other))).toBe(false);
    expect(revisionsOf(template(), 'same-marks', kind)(template(MARKED))).toBe(false);
    expect(revisionsOf(template(MARKED), 'any-marks', kind)(template(other))).toBe(true);
  });

  test('is another one of a kind whose templates have all defaults', () => {
    expect(revisionsOf(template(MARKED), 'same-marks')({ ...template(MARKED), spec: GROWN })).toBe(false);
  });
});

describe('a revision of a template', () => {
  test('differs from it by the label of its controller', () => {
    const isRevision = revisionsOf(template(MARKED), 'same-marks');
    expect(isRevision(template(MARKED, HASHED))).toBe(true);
    expect(isRevision(template(undefined, HASHED))).toBe(false);
    expect(isRevision(template(MARKED, { tier: 'a' }))).toBe(false);
    expect(isRevision({ ...template(MARKED), spec: { containers: [] } })).toBe(false);
    expect(isRevision(undefined)).toBe(false);
  });

  test('may have other marks, if they do not count', () => {
    const isRevision = revisionsOf(template(), 'any-marks');
    expect(isRevision(template(MARKED, HASHED))).toBe(true);
    expect(isRevision(template({ note: '1' }, HASHED))).toBe(false);
  });
});
