import type { HashFormat } from '../digest/format.ts';
import { LockstepError } from '../errors.ts';
import { assess } from '../in-step/assess.ts';
import { assessmentWarnings, malformedWarnings } from '../in-step/warnings.ts';
import { hasMarks, type Marks, NO_MARKS } from '../marks/marks.ts';
import type { InjectDefault } from '../policy/managed.ts';
import type { Defaults } from '../policy/settings.ts';
import { kindOfObject, type WorkloadKinds } from '../workloads/kinds.ts';
import { nameOf, workloadOf } from '../workloads/workload.ts';
import { type ManifestDocument, readDocuments, type SourceFile } from './documents.ts';
import { notAssessedError } from './errors.ts';
import { type Input, inputOf } from './input.ts';
import { joinedText } from './join.ts';
import { lackingOf } from './lacking.ts';
import { type Marking, textWithMarks } from './mark.ts';
import { type ManifestObject, objectsOf, toWorkloadObject } from './objects.ts';
import { portsOf } from './ports.ts';

export interface InjectOptions {
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly injectDefault: InjectDefault;
  readonly defaults: Defaults;
  readonly format: HashFormat;
  readonly kinds: WorkloadKinds;
  /** Count a source that is not in the input as absent. */
  readonly allowMissing: boolean;
}

/** A workload whose marks change. */
export interface Change {
  /** `web.yaml:12:1` */
  readonly place: string;
  /** `deployment/web` */
  readonly name: string;
  readonly reason: string;
}

export interface InjectedFile {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface Injected {
  readonly files: readonly InjectedFile[];
  readonly changes: readonly Change[];
  /** Sentences for the user. Each begins with its place. */
  readonly warnings: readonly string[];
  /** All documents of all files, as one stream. */
  readonly output: string;
}

/** The result for one object. */
interface Verdict {
  readonly marking: Marking | undefined;
  readonly change: Change | undefined;
  readonly warnings: readonly string[];
}

const NOTHING: Verdict = { marking: undefined, change: undefined, warnings: [] };

const doubledWarnings = ({ doubled }: ManifestDocument): string[] =>
  doubled.map((place) => `${place}: this key is there twice; kubectl takes the last one. Remove one of them`);

/** Judges one object as if it were created in a cluster that holds the input and nothing else. */
async function judgeObject(object: ManifestObject, input: Input, options: InjectOptions): Promise<Verdict> {
  const kind = kindOfObject(options.kinds, object);
  if (!kind) return NOTHING;
  const workloadObject = toWorkloadObject(object, kind);
  const namespace = workloadObject.metadata.namespace || options.namespace;
  const workload = workloadOf(kind, workloadObject, namespace);
  const { injectDefault, defaults, format } = options;
  const formats = { current: format, known: [format] };
  // Nothing is in doubt: manifests have no pods.
  const deps = {
    ...portsOf(input),
    // It only judges.
    mode: 'observe',
    injectDefault,
    defaults,
    inDoubt: 'roll',
    formats,
    pinExclude: [],
  } as const;
  // All files have been read, so nothing takes long.
  const { signal } = new AbortController();
  const call = { operation: 'create', workload, before: undefined, pinNamespace: false, signal } as const;
  const place = object.document.place(object.path);
  const { assessment } = await assess(deps, call).catch((error: unknown) => {
    throw error instanceof LockstepError ? notAssessedError(place, nameOf(workload), error) : error;
  });
  const { decision, name } = assessment;
  if (decision.reason === 'unmanaged') return NOTHING;
  const lacking = lackingOf(assessment, input, options.allowMissing);
  const told = lacking.isLeft ? malformedWarnings(assessment) : assessmentWarnings(assessment);
  const warnings = [...told, ...lacking.warnings].map((warning) => `${place}: ${warning}`);
  const change = (marks: Marks, reason: string): Verdict => ({
    marking: { path: object.path, workload, marks },
    change: { place, name, reason },
    warnings,
  });
  if (lacking.isLeft && hasMarks(workload)) return change(NO_MARKS, 'source-not-given');
  if (lacking.isLeft || decision.action === 'leave') return { ...NOTHING, warnings };
  return change(decision.marks, decision.reason);
}

/**
 * Writes the marks that the webhook would write if these
 * manifests were created in a cluster that holds nothing else.
 * @throws LockstepError MANIFEST_INVALID, which names file and place, and never a value
 */
export async function injectMarks(sources: readonly SourceFile[], options: InjectOptions): Promise<Injected> {
  const files = sources.map(readDocuments);
  const input = inputOf(
    files.flatMap((file) => file.documents.flatMap(objectsOf)),
    options.namespace,
    options.defaults.compat,
  );
  const verdicts: Verdict[] = [];
  async function injectDocument(document: ManifestDocument): Promise<string> {
    const documentVerdicts: Verdict[] = [];
    for (const object of objectsOf(document))
      documentVerdicts.push(await judgeObject(object, input, options));
    for (const verdict of documentVerdicts) verdicts.push(verdict);
    return textWithMarks(
      document,
      documentVerdicts.flatMap(({ marking }) => marking ?? []),
    );
  }
  const after: string[] = [];
  for (const { documents, tail } of files) {
    const texts: string[] = [];
    for (const document of documents) texts.push(await injectDocument(document));
    after.push(texts.join('') + tail);
  }
  const pieces = files.map(({ documents }, i) => ({
    text: after[i] ?? '',
    explicit: documents[0]?.explicit ?? true,
  }));
  return {
    files: sources.map(({ name, text }, i) => ({ name, before: text, after: after[i] ?? text })),
    changes: verdicts.flatMap(({ change }) => change ?? []),
    warnings: [
      ...files.flatMap(({ documents }) => documents.flatMap(doubledWarnings)),
      ...verdicts.flatMap(({ warnings }) => warnings),
    ],
    output: joinedText(pieces),
  };
}
