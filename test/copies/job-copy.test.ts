import { describe, expect, test } from 'vitest';
import { flawText } from '../../src/copies/flaw.ts';
import type { CopyObject } from '../../src/copies/inspect.ts';
import {
  type FirstFound,
  inspectJobCopy,
  jobCopyManifest,
  jobCopyMetaFlaw,
} from '../../src/copies/job-copy.ts';
import { type CopyNote, parseNote } from '../../src/copies/note.ts';
import { type Formats, formatsWith } from '../../src/digest/format.ts';
import { COPY_LABEL, COPY_OF } from '../../src/marks/names.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { KEY } from '../kit/secret-keys.ts';

const JOB = { name: 'task', uid: '6f1f9a01-7d0c-4a3c-8c63-0a1f7c2f4f43' };
const OTHER_JOB = { name: 'task', uid: '6f1f9a01-7d0c-4a3c-8c63-0a1f7c2f4f44' };
const found = (a: string): FirstFound => ({ content: { data: { a }, binaryData: {} }, type: undefined });
const made = (formats: Formats, of: FirstFound, job = JOB) =>
  jobCopyManifest(formats, 'shop', job, ALL_OF_APP, of);
const objectOf = (manifest: object): CopyObject => {
  const { immutable, data } = Object(manifest);
  return { immutable, content: { data: data ?? {}, binaryData: {} }, type: undefined };
};
const noteOf = ({ metadata }: ReturnType<typeof made>) => parseNote(metadata.annotations[COPY_OF]);

/** What an inspection says about a manifest, if some of it is changed. */
function said(
  formats: Formats,
  manifest: ReturnType<typeof made>,
  {
    object = {},
    note = (of: CopyNote | undefined) => of,
  }: { object?: object; note?: (of: CopyNote | undefined) => CopyNote | undefined } = {},
): string {
  const inspected = inspectJobCopy(formats, 'shop', JOB, ALL_OF_APP, note(noteOf(manifest)), {
    ...objectOf(manifest),
    ...object,
  });
  if (inspected.flaw) return flawText(inspected.flaw);
  return inspected.absent ? 'absent' : 'good';
}

const [plain, keyed] = [formatsWith(), formatsWith([KEY])];

test('the copy is named after the Job, which alone owns it', () => {
  const { metadata, immutable } = made(plain, found('1'));
  expect(immutable).toBe(true);
  expect(metadata).toMatchObject({
    name: `app-lockstep-job-${JOB.uid}`,
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', ...JOB }],
  });
});

describe.each([
  ['without a key', plain],
  ['with a key', keyed],
])('the copy of a Job, %s', (_, formats) => {
  test('is good as it is made, also of a source that did not exist', () => {
    expect(said(formats, made(formats, found('1')))).toBe('good');
    expect(said(formats, made(formats, undefined))).toBe('absent');
    // An empty source is one.
    expect(said(formats, made(formats, { content: { data: {}, binaryData: {} }, type: undefined }))).toBe(
      'good',
    );
  });

  test.each<[string, object, string]>([
    [
      'another content',
      { content: { data: { a: '2' }, binaryData: {} } },
      'its content does not match its digest',
    ],
    ['that can be changed', { immutable: false }, 'it is not immutable'],
  ])('is not used with %s', (_what, object, why) => {
    expect(said(formats, made(formats, found('1')), { object })).toBe(why);
  });

  test('is not used with the note of another source, with none, or with content though its source was absent', () => {
    const WHY = 'its annotation lockstep.dev/copy-of does not name it';
    const other = (of: CopyNote | undefined) => of && { ...of, source: 'configmap/other' };
    expect(said(formats, made(formats, found('1')), { note: other })).toBe(WHY);
    expect(said(formats, made(formats, found('1')), { note: () => undefined })).toBe(WHY);
    expect(said(formats, made(formats, undefined), { object: objectOf(made(formats, found('1'))) })).toMatch(
      /it holds keys that its annotation/,
    );
  });
});

describe('with a key, nobody else makes a copy of a ConfigMap that is used', () => {
  test.each([
    ['a plain digest', made(plain, found('forged')), 'its digest was made without the key'],
    ['a source that did not exist', made(plain, undefined), 'its digest was made without the key'],
    ['the note of another Job', made(keyed, found('1'), OTHER_JOB), 'its content does not match its digest'],
    [
      'the absence that another Job found',
      made(keyed, undefined, OTHER_JOB),
      'its content does not match its digest',
    ],
  ])('not with %s', (_, manifest, why) => {
    expect(said(keyed, manifest)).toBe(why);
  });
});

test.each([
  [{ labels: { [COPY_LABEL]: 'true' }, ownerReferences: [JOB] }, undefined],
  [{ labels: {}, ownerReferences: [JOB] }, 'no-label'],
  [{ labels: { [COPY_LABEL]: 'true' }, ownerReferences: [OTHER_JOB] }, 'other-owner'],
  [{ labels: { [COPY_LABEL]: 'true' } }, 'other-owner'],
])('metadata %j: %s', (metadata, flaw) => {
  expect(jobCopyMetaFlaw(metadata, JOB)?.is).toBe(flaw);
});
