import type { AssessmentAnswer } from '../../assessments/shape.ts';
import { canExist } from '../../cluster/object-reads.ts';
import type { ExplainedReference, ExplainedSource, Explanation } from '../explain/explanation.ts';
import { type Finding, info, ok, problem, suggestion, unknown, warning } from './finding.ts';

/** What the checks of sources go by. */
export interface SourceEvidence {
  readonly namespace: string;
  readonly explanation: Pick<Explanation, 'sources' | 'references'>;
  /** The names of all ConfigMaps and Secrets of the namespace. Undefined: the person may not list them. */
  readonly names: Readonly<Record<'ConfigMap' | 'Secret', readonly string[] | undefined>>;
  /** The content of ConfigMaps by name. It stays here. */
  readonly dataOf: (name: string) => Readonly<Record<string, string>> | undefined;
  readonly answer: AssessmentAnswer | undefined;
}

const idOf = ({ kind, name }: Pick<ExplainedSource, 'kind' | 'name'>): string =>
  `${kind.toLowerCase()}/${name}`;

const editOf = ({ namespace }: SourceEvidence, source: ExplainedSource): string =>
  `kubectl --namespace ${namespace} edit ${idOf(source)}`;

/** The references to a source, of which only a pod that cannot do without it counts if `required`. */
const referencesTo = ({ explanation }: SourceEvidence, source: ExplainedSource, required = false) =>
  explanation.references.filter(
    (each) => each.kind === source.kind && each.name === source.name && !(required && each.optional),
  );

function existsFinding(evidence: SourceEvidence, source: ExplainedSource): Finding {
  const id = idOf(source);
  const check = `${id} exists`;
  if (source.exists === undefined) return unknown(check, 'you may not read it');
  if (source.exists)
    return ok(check, source.lastChange ? `last changed ${source.lastChange.time}` : 'it exists');
  const [required] = referencesTo(evidence, source, true);
  if (!required) return info(check, 'it does not exist, and all references to it are optional');
  const near = suggestion(source.name, evidence.names[source.kind] ?? []);
  // The API server checks the names in env and envFrom, and not those of volumes. A command with such a name in it may
  // do something else.
  if (!canExist(source))
    return problem(
      check,
      `no object can have this name (${required.place})${near}`,
      'correct the name in the template',
    );
  return problem(
    check,
    `it does not exist in namespace ${evidence.namespace}, and no pod starts without it (${required.place})${near}`,
    [
      `kubectl --namespace ${evidence.namespace} create`,
      source.kind === 'Secret' ? 'secret generic' : 'configmap',
      `${source.name} ...`,
    ].join(' '),
  );
}

/** The keys that a reference names. Undefined: it takes all. */
const namedIn = ({ keys }: ExplainedReference): readonly string[] | undefined =>
  keys === 'all' ? undefined : keys;

/** The keys that references name, each with the first of them. One that is required goes before those that are not. */
function namedKeys(references: readonly ExplainedReference[]): ReadonlyMap<string, ExplainedReference> {
  const named = references.flatMap((reference) =>
    (namedIn(reference) ?? []).map((key) => [key, reference] as const),
  );
  const byNeed = named.toSorted(([, a], [, b]) => Number(a.optional) - Number(b.optional));
  return new Map(byNeed.reverse());
}

function missingKeyFinding(
  evidence: SourceEvidence,
  source: ExplainedSource,
  key: string,
  { optional, place }: ExplainedReference,
): Finding {
  const check = `${idOf(source)} has the key ${key}`;
  if (optional) return info(check, `it has not, and the reference is optional (${place})`);
  const near = suggestion(key, source.keys?.map(({ name }) => name) ?? []);
  return problem(
    check,
    `it has not, and no pod starts without it (${place})${near}`,
    editOf(evidence, source),
  );
}

function keyFindings(evidence: SourceEvidence, source: ExplainedSource): Finding[] {
  if (!source.exists) return [];
  const named = namedKeys(referencesTo(evidence, source));
  if (named.size === 0) return [];
  const answered = evidence.answer?.sources.find(
    ({ kind, name }) => kind === source.kind && name === source.name,
  );
  const present = source.keys && new Set(source.keys.map(({ name }) => name));
  const check = `${idOf(source)} has its keys`;
  if (!present && !answered)
    return [
      unknown(check, 'the keys of a Secret are not read here, and lockstep does not answer (assess.enabled)'),
    ];
  const isMissing = (key: string) =>
    present ? !present.has(key) : answered?.missingKeys?.includes(key) === true;
  const missing = [...named].filter(([key]) => isMissing(key));
  if (missing.length === 0) return [ok(check, [...named.keys()].join(', '))];
  return missing.map(([key, reference]) => missingKeyFinding(evidence, source, key, reference));
}

/** What is often wrong with values, without the values. */
function valueFindings(evidence: SourceEvidence, source: ExplainedSource): Finding[] {
  const data = source.kind === 'ConfigMap' ? evidence.dataOf(source.name) : undefined;
  if (!data) return [];
  const inEnv = referencesTo(evidence, source).filter(({ where }) => /\.env(From)?\[/.test(where));
  const keys = new Set(inEnv.flatMap((each) => namedIn(each) ?? Object.keys(data)));
  const id = idOf(source);
  const edit = editOf(evidence, source);
  return [...keys].flatMap((key) => {
    const value = data[key];
    if (value === undefined) return [];
    const check = `${id}#${key} as an environment variable`;
    if (/\r?\n$/.test(value)) return [warning(check, 'its value ends in a line break', edit)];
    if (value.includes('\r')) return [warning(check, 'its value has Windows line ends', edit)];
    return value === '' ? [warning(check, 'its value is empty', edit)] : [];
  });
}

/** The checks of what a workload refers to: it exists, its keys exist, and its values are no usual mistake. */
export const sourceFindings = (evidence: SourceEvidence): Finding[] =>
  evidence.explanation.sources.flatMap((source) => [
    existsFinding(evidence, source),
    ...keyFindings(evidence, source),
    ...valueFindings(evidence, source),
  ]);
