import { describe, expect, test } from 'vitest';
import { copyName } from '../../../src/copies/name.ts';
import { ABSENT } from '../../../src/digest/source.ts';
import { PIN_LABEL } from '../../../src/marks/names.ts';
import type { PodTemplate } from '../../../src/workloads/pod-template.ts';
import { check } from './check.ts';
import { call, history, type Sketch } from './hand-made.ts';
import type { Call, Copy, History, Job, Life } from './history.ts';

/** @param reads the name of a ConfigMap. Empty: none */
const template = (reads: string): PodTemplate => ({
  spec: { containers: [{ name: 'main', envFrom: reads ? [{ configMapRef: { name: reads } }] : [] }] },
});

interface JobSketch {
  readonly app: Sketch['app'];
  /** What each pod reads, by the version in which it was made. */
  readonly pods: Readonly<Record<number, string>>;
  readonly copy?: { readonly holds: string; readonly at: number; readonly until?: number };
  readonly owner?: string;
  readonly immutable?: boolean;
  readonly pinned?: boolean;
  /** The Job was suspended from this version to that one. */
  readonly suspended?: readonly [number, number];
  readonly unchecked?: boolean;
}

const COPY = 'app-job-1';

function jobOf({ pinned = true, suspended }: JobSketch): Life<Job> {
  const metadata = { labels: pinned ? { [PIN_LABEL]: 'enabled' } : {} };
  const at = (version: number, is: boolean) => ({
    version,
    object: { metadata, suspended: is, template: template('app') },
  });
  const [from, to] = suspended ?? [];
  const commits = [at(5, false), ...(from && to ? [at(from, true), at(to, false)] : [])];
  return { uid: 'job-uid', name: 'batch', commits, deletedAt: undefined };
}

function copyOf({ copy, owner = 'job-uid', immutable = true }: JobSketch): readonly Life<Copy>[] {
  if (!copy) return [];
  const object = { content: { data: { a: copy.holds }, binaryData: {} }, immutable, owners: [owner] };
  const commits = [{ version: copy.at, object }];
  return [{ uid: COPY, name: COPY, commits, deletedAt: copy.until }];
}

/** The history of a Job. Each pod's call is received two versions before it is made. */
function historyOf(sketch: JobSketch): History {
  const ownerReferences = [{ kind: 'Job', name: 'batch', uid: 'job-uid', controller: true }];
  const versions = Object.keys(sketch.pods).map(Number);
  const podCall = (at: number): Call =>
    call(at - 2, at, {
      ...{ resource: 'pods', verb: 'create', by: 'other', name: `batch-${at}`, podOf: 'job-uid' },
      unchecked: sketch.unchecked === true,
    });
  const base = history({
    app: sketch.app,
    web: {},
    calls: versions.map(podCall),
    kills: sketch.unchecked ? versions : [],
  });
  return {
    ...base,
    jobs: [jobOf(sketch)],
    copies: copyOf(sketch),
    pods: versions.map((version) => ({
      uid: `batch-${version}`,
      name: `batch-${version}`,
      commits: [
        { version, object: { ...template(sketch.pods[version] ?? ''), metadata: { ownerReferences } } },
      ],
      deletedAt: undefined,
    })),
  };
}

const resultOf = (sketch: JobSketch) => {
  const { violations, counts } = check(historyOf(sketch));
  const { held = 0, exempt = new Map() } = counts.get('Pods alike') ?? {};
  return { violated: violations.map(({ invariant }) => invariant), held, exempt: Object.fromEntries(exempt) };
};

/** Two pods, one before an edit and one after it, that read the same copy. */
const STORY: JobSketch = {
  app: { 1: 'a', 20: 'b' },
  pods: { 10: COPY, 30: COPY },
  copy: { holds: 'a', at: 9 },
};

describe('Pods of one Job answer alike', () => {
  test('holds if the second pod reads what the first one found', () => {
    expect(resultOf(STORY)).toEqual({ violated: [], held: 2, exempt: {} });
  });

  test.each<[string, JobSketch]>([
    ['a pod that reads what is live', { ...STORY, pods: { 10: COPY, 30: 'app' } }],
    ['a second pod that decides anew', { ...STORY, pods: { 10: COPY, 30: 'app-job-2' } }],
    ['a copy that is not there', { app: STORY.app, pods: STORY.pods }],
    ['a copy that came later', { ...STORY, copy: { holds: 'a', at: 11 } }],
    ['a copy of what was not there yet', { ...STORY, copy: { holds: 'b', at: 9 } }],
    ['a copy that may be changed', { ...STORY, immutable: false }],
    ['a copy that is kept for another one', { ...STORY, owner: 'another' }],
    ['a copy that goes before the Job does', { ...STORY, copy: { holds: 'a', at: 9, until: 25 } }],
    ['a pod without a source that was there', { ...STORY, pods: { 10: '', 30: '' } }],
    ['an absent source that was there', { ...STORY, pods: { 10: copyName('app', ABSENT) } }],
  ])('is violated by %s', (_name, sketch) => {
    expect(new Set(resultOf(sketch).violated)).toEqual(new Set(['Pods alike']));
  });

  test('holds if all pods read nothing of a source that was absent', () => {
    const absent = copyName('app', ABSENT);
    expect(resultOf({ app: { 20: 'b' }, pods: { 10: absent, 30: absent } }).held).toBe(2);
    expect(resultOf({ app: { 20: 'b' }, pods: { 10: '', 30: '' } })).toMatchObject({ violated: [], held: 2 });
  });

  test('does not apply to a required source that the first pods wait for', () => {
    const late = { app: { 20: 'b' }, pods: { 10: 'app', 30: COPY }, copy: { holds: 'b', at: 29 } };
    const counted = { 'a source that its pods need is gone': 1 };
    expect(resultOf(late)).toEqual({ violated: [], held: 1, exempt: counted });
    expect(resultOf({ ...late, pods: { 10: 'app', 30: COPY, 40: 'app' } }).violated).toEqual(['Pods alike']);
  });

  test('does not apply to a Job that asks for no copies, nor to a pod that was not checked or of a suspended Job', () => {
    const live = { ...STORY, pods: { 10: 'app', 30: 'app' } };
    expect(resultOf({ ...live, pinned: false })).toEqual({ violated: [], held: 0, exempt: {} });
    expect(resultOf({ ...live, suspended: [8, 32] }).exempt).toEqual({ 'its job is suspended': 2 });
    expect(resultOf({ ...live, unchecked: true })).toMatchObject({
      violated: [],
      exempt: { 'not checked: a replica was killed': 2 },
    });
  });
});
