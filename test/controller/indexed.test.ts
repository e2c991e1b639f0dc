import { expect, test } from 'vitest';
import { indexed } from '../../src/controller/indexed.ts';
import { CALLS, OPERATIONS } from '../../src/policy/roll-on.ts';
import type { Defaults } from '../../src/policy/settings.ts';
import { deployment, viewOf } from '../kit/deployments.ts';

const AUTO = 'reloader.stakater.com/auto';
const RELOAD = 'configmap.reloader.stakater.com/reload';
const defaults: Defaults = {
  secrets: true,
  include: true,
  ignore: [],
  rollOn: CALLS,
  edit: true,
  compat: ['reloader'],
};

/** The sources of which an edit concerns a workload with these annotations. Undefined: none does. */
const sourcesOf = (annotations: Record<string, string>, over: Partial<Defaults> = {}) => {
  const workload = viewOf(deployment({ annotations }));
  const place = { ...workload, metadata: { ...workload.metadata, name: 'web', uid: 'u', generation: 1 } };
  const found = indexed(place, { defaults: { ...defaults, ...over }, settleMs: 5_000 });
  return found?.member.sources.map((key) => key.slice(key.indexOf('/') + 1));
};

test('a workload is kept if it asks for edits, or asks a peer whose annotations count', () => {
  expect(sourcesOf({})).toBeUndefined();
  expect(sourcesOf({}, { rollOn: OPERATIONS })).toEqual(['configmap/app']);
  expect(sourcesOf({ 'lockstep.dev/roll-on': 'edit' })).toEqual(['configmap/app']);
  expect(sourcesOf({ [AUTO]: 'true' })).toEqual(['configmap/app']);
  expect(sourcesOf({ [AUTO]: 'true' }, { compat: [] })).toBeUndefined();
  expect(sourcesOf({ [AUTO]: 'true', 'lockstep.dev/roll-on': 'update' })).toBeUndefined();
});

test('a peer’s annotation may keep it out, and may name other sources', () => {
  const every = { rollOn: OPERATIONS };
  expect(sourcesOf({ [AUTO]: 'false' }, every)).toBeUndefined();
  expect(sourcesOf({ [RELOAD]: 'remote' }, every)).toEqual(['configmap/remote']);
});

test('a workload that lists more than a review looks at is not kept', () => {
  const many = Array.from({ length: 101 }, (_, i) => `c${i}`).join(',');
  expect(sourcesOf({ [RELOAD]: many })).toBeUndefined();
});
