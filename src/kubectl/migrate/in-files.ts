import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { ManifestDocument, ManifestFile, SourceFile } from '../../manifests/documents.ts';
import { textWithEdits, withEdits } from '../../manifests/edit.ts';
import { joinedText } from '../../manifests/join.ts';
import { type ManifestObject, objectsOf } from '../../manifests/objects.ts';
import { valueAt } from '../../workloads/fields.ts';
import { isTemplated, lineFindings } from './chart-lines.ts';
import { checksumFindings } from './checksums.ts';
import type { Finding, FoundOn, Origin } from './finding.ts';
import { peerFindings } from './peer-findings.ts';
import { looksAt, readOrTemplate } from './read-manifest.ts';
import type { Setting } from './setting.ts';
import { type Subject, subjectName, subjectOfManifest } from './subject.ts';

/** A finding in a file, and the object that it is on: `deployment/web`. */
export interface FileFinding extends Finding {
  readonly name: string;
}

export interface MigratedFile {
  readonly name: string;
  readonly before: string;
  /** Undefined: it is a template of Helm's, and never written. */
  readonly after: string | undefined;
  readonly explicit: boolean;
  readonly findings: readonly FileFinding[];
}

export const foundOn = (origin: Origin, subject: Subject, setting: Setting): FoundOn =>
  origin === 'checksum' ? checksumFindings(subject, setting) : peerFindings(origin, subject, setting);

const UNWRITABLE = 'it cannot be changed as text: write the metadata without aliases and merge keys';
const DOUBLED =
  'it cannot be changed as text: a key is there twice in this document, and kubectl takes the last one';
const TEMPLATED =
  'its object has {{ }}, which Helm fills in: run helm template, and this command with -f - on its output';

const kept = (findings: readonly Finding[], message: string): Finding[] =>
  findings.map(({ goes: _, ...finding }) => ({ ...finding, state: 'Keep', message }));

/** Helm fills in comments of YAML, too. */
const TEMPLATED_COMMENT = /^\s*#.*\{\{/m;

/** Helm fills in what is in braces. A ConfigMap may hold some for other programs. */
const isObjectTemplated = ({ kind, value }: ManifestObject): boolean =>
  isTemplated(
    JSON.stringify(kind === 'ConfigMap' || kind === 'Secret' ? (valueAt(value, ['metadata']) ?? '') : value),
  );

function inDocument(origin: Origin, document: ManifestDocument, setting: Setting, namespace: string) {
  const found = objectsOf(document).map((object) => {
    const subject = subjectOfManifest(object, namespace);
    const { findings, change } = foundOn(origin, subject, setting);
    const templated = isObjectTemplated(object) || TEMPLATED_COMMENT.test(document.text);
    return {
      name: subjectName(subject),
      findings: templated ? kept(findings, TEMPLATED) : findings,
      edits: templated ? [] : change.edits.map((edit) => ({ ...edit, path: [...object.path, ...edit.path] })),
    };
  });
  const edits = found.flatMap((each) => each.edits);
  const text =
    edits.length === 0 ? document.text : textWithEdits(document, edits, withEdits(document.value, edits));
  const why = document.doubled.length > 0 ? DOUBLED : UNWRITABLE;
  const findings = found.flatMap(({ name, findings: of }) =>
    (text === undefined ? kept(of, why) : of).map((finding): FileFinding => ({ ...finding, name })),
  );
  return { text: text ?? document.text, findings };
}

/** A document that holds no object may be values of a chart, or a patch of kustomize. */
function inPlainText(origin: Origin, file: string, document: ManifestDocument, firstLine: number) {
  const findings = lineFindings(origin, { name: file, text: document.text }, firstLine);
  return {
    text: document.text,
    findings: findings.map((finding): FileFinding => ({ ...finding, name: file })),
  };
}

const lineCount = (text: string): number => text.split('\n').length - 1;

function inObjects(
  origin: Origin,
  source: SourceFile,
  file: ManifestFile,
  setting: Setting,
  namespace: string,
): MigratedFile {
  let line = 1;
  const found = file.documents.map((document) => {
    const firstLine = line;
    line += lineCount(document.text);
    return objectsOf(document).length === 0
      ? inPlainText(origin, source.name, document, firstLine)
      : inDocument(origin, document, setting, namespace);
  });
  return {
    name: source.name,
    before: source.text,
    after: found.map(({ text }) => text).join('') + file.tail,
    explicit: file.documents[0]?.explicit ?? true,
    findings: found.flatMap(({ findings }) => findings),
  };
}

/**
 * What these files have of a program's annotations, and the files without them.
 * @param setting how lockstep is set up, as the person says
 * @param namespace of objects that name none
 * @throws LockstepError MANIFEST_INVALID
 */
export function migratedFiles(
  origin: Origin,
  sources: readonly SourceFile[],
  setting: Omit<Setting, 'labelsOf' | 'annotationsOfSource'>,
  namespace: string,
): readonly MigratedFile[] {
  const files = sources.map(readOrTemplate);
  const objects = files.flatMap((each) => (each.file ? each.objects : []));
  const whole = { ...setting, ...looksAt(objects, namespace) };
  return files.map((each) =>
    each.file
      ? inObjects(origin, each.source, each.file, whole, namespace)
      : {
          name: each.source.name,
          before: each.source.text,
          after: undefined,
          explicit: true,
          findings: lineFindings(origin, each.source).map((finding) => ({
            ...finding,
            name: each.source.name,
          })),
        },
  );
}

/** The change of a file as a unified diff. */
export function diffOf({ name, before, after = before }: MigratedFile): string {
  if (before === after) return '';
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(name, name, before, after, undefined, undefined, options);
}

/** All files as one stream. Undefined: one of them is a template of Helm's. */
export function streamOf(files: readonly MigratedFile[]): string | undefined {
  if (files.some(({ after }) => after === undefined)) return undefined;
  return joinedText(files.map(({ after = '', explicit }) => ({ text: after, explicit })));
}
