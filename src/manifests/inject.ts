import { configState, type HashFormat } from '../digest/format.ts';
import { INJECT_LABEL } from '../marks/marks.ts';
import { decide } from '../policy/decide.ts';
import type { Decision } from '../policy/decision.ts';
import { factsOf } from '../policy/facts.ts';
import { type InjectDefault, injectLabel, isManaged, type SwitchLabel } from '../policy/managed.ts';
import { type Defaults, referencesInScope, settingsOf } from '../policy/settings.ts';
import { malformedAnnotation, malformedIgnore, malformedLabel, warningsOf } from '../policy/warnings.ts';
import { sourceId } from '../references/usage.ts';
import { Deployment, displayName } from '../workloads/deployment.ts';
import { type ManifestDocument, readDocuments, type SourceFile } from './documents.ts';
import { type Input, inputOf } from './input.ts';
import { joined } from './join.ts';
import { type Marking, marked } from './mark.ts';
import { type ManifestObject, objectDecoder, objectsOf } from './objects.ts';

export interface InjectOptions {
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly injectDefault: InjectDefault;
  readonly defaults: Defaults;
  readonly format: HashFormat;
}

/** A Deployment that gets other marks than it has. */
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
  /** Sentences for the user, each with its place in front. */
  readonly warnings: readonly string[];
  /** All documents of all files, as one stream. */
  readonly output: string;
}

const decodeDeployment = objectDecoder(Deployment);

interface Judged {
  readonly decision: Decision;
  readonly warnings: readonly string[];
}

function judged(
  deployment: Deployment,
  label: SwitchLabel,
  namespace: string,
  input: Input,
  { defaults, format }: InjectOptions,
): Judged {
  const settings = settingsOf(deployment.metadata.annotations, defaults);
  const used = format.usages(referencesInScope(deployment.spec.template, settings)).map((usage) => {
    const source = input.source(usage.kind, namespace, usage.name);
    return { usage, id: sourceId(usage), source };
  });
  const counting = used.filter(({ source }) => !source?.mark.ignored);
  const digests = counting.map(
    ({ usage, id, source }) => [id, format.sourceDigest(namespace, usage, source?.content)] as const,
  );
  const usages = counting.map(({ usage }) => usage);
  const decision = decide(
    factsOf({
      operation: 'create',
      workload: deployment,
      before: undefined,
      used: usages,
      usedBefore: usages,
      recorded: undefined,
      recordedFormat: undefined,
      live: configState(new Map(digests), format),
      liveAsRecorded: undefined,
      rollOn: settings.rollOn,
      // Copies are made in a cluster.
      pin: undefined,
    }),
  );
  const name = displayName('deployment', deployment.metadata);
  return {
    decision,
    warnings: [
      ...(label.says === 'malformed' ? [malformedLabel(INJECT_LABEL, label.value, name)] : []),
      ...settings.problems.map((problem) => malformedAnnotation(problem, name)),
      ...used.flatMap(({ id, source }) => {
        if (!source)
          return `${name} refers to ${id}, which is not in the input for namespace ${namespace}: counted as absent; pass its file too`;
        const { malformed } = source.mark;
        return malformed === undefined ? [] : malformedIgnore(id, malformed);
      }),
      ...warningsOf(decision, { name, paused: deployment.spec.paused ?? false, pinned: [] }),
    ],
  };
}

interface Reviewed {
  readonly marking: Marking | undefined;
  readonly change: Change | undefined;
  readonly warnings: readonly string[];
}

function review(object: ManifestObject, input: Input, options: InjectOptions): Reviewed {
  const deployment = decodeDeployment(object);
  const { metadata } = deployment;
  const namespace = metadata.namespace || options.namespace;
  const label = injectLabel(metadata.labels);
  if (!isManaged(label, injectLabel(input.namespaceLabels(namespace)), options.injectDefault))
    return { marking: undefined, change: undefined, warnings: [] };
  const { decision, warnings } = judged(deployment, label, namespace, input, options);
  const place = object.document.place(object.path);
  const placed = warnings.map((warning) => `${place}: ${warning}`);
  if (decision.action === 'leave') return { marking: undefined, change: undefined, warnings: placed };
  return {
    marking: { path: object.path, deployment, marks: decision.marks },
    change: { place, name: displayName('deployment', metadata), reason: decision.reason },
    warnings: placed,
  };
}

const isDeployment = (object: ManifestObject) =>
  object.kind === 'Deployment' && object.apiVersion === 'apps/v1';

/**
 * The marks that the webhook would write when these manifests are created in a cluster that holds nothing else.
 * @throws LockstepError MANIFEST_INVALID, which names file and place, and never a value
 */
export function injected(sources: readonly SourceFile[], options: InjectOptions): Injected {
  const files = sources.map(readDocuments);
  const input = inputOf(
    files.flatMap((file) => file.documents.flatMap(objectsOf)),
    options.namespace,
  );
  const reviews: Reviewed[] = [];
  const written = (document: ManifestDocument) => {
    const own = objectsOf(document)
      .filter(isDeployment)
      .map((object) => review(object, input, options));
    reviews.push(...own);
    return marked(
      document,
      own.flatMap(({ marking }) => marking ?? []),
    );
  };
  const after = files.map((file) => file.documents.map(written).join('') + file.tail);
  const pieces = files.map(({ documents }, i) => ({
    text: after[i] ?? '',
    explicit: documents[0]?.explicit ?? true,
  }));
  return {
    files: sources.map(({ name, text }, i) => ({ name, before: text, after: after[i] ?? text })),
    changes: reviews.flatMap(({ change }) => change ?? []),
    warnings: reviews.flatMap(({ warnings }) => warnings),
    output: joined(pieces),
  };
}
