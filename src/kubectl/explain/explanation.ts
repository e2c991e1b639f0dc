import { sourceMark } from '../../marks/ignore.ts';
import { matcherOf } from '../../references/pattern.ts';
import type { Reference } from '../../references/references.ts';
import { type Keys, sourceId } from '../../references/sources.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Evidence } from '../judge.ts';
import { idOf, type ReportedVerdict, type WorkloadReport } from '../report.ts';
import { type Counted, countedReferences, type Ignored } from '../whose-word.ts';
import { type Found, metadataOf } from './found.ts';
import { type LastChange, lastChangeOf } from './last-change.ts';
import { placeText } from './place.ts';
import type { PolicyRow } from './policy-row.ts';

/** A reference of a workload, explained. */
export interface ExplainedReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly keys: Keys;
  readonly optional: boolean;
  /** `container web, env LOG_LEVEL` */
  readonly place: string;
  /** The field path in the pod template, or the annotation. */
  readonly where: string;
  readonly counts: 'all' | 'some' | 'none';
  /** What of it does not count, and by whose word. */
  readonly ignored: readonly Ignored[];
}

/** A source of a workload, explained. */
export interface ExplainedSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Absent: nothing of it counts. */
  readonly verdict?: ReportedVerdict;
  /** The short digest of what counts of it now. Secrets have none here. */
  readonly digest?: string;
  /** Absent: the person may not see it. */
  readonly exists?: boolean;
  readonly lastChange?: LastChange;
  /** The keys that it has, of a ConfigMap, and which of them count. */
  readonly keys?: readonly { readonly name: string; readonly counts: boolean }[];
}

/** All that lockstep makes of a workload. Plain data, and no value of any source. */
export interface Explanation {
  readonly apiVersion: 'kubectl.lockstep.dev/v1';
  readonly kind: 'WorkloadExplanation';
  readonly metadata: WorkloadReport['metadata'];
  readonly workload: WorkloadReport['workload'];
  readonly status: Pick<WorkloadReport, 'state' | 'reason' | 'message' | 'nextScaleUp' | 'pinned'>;
  readonly policy: readonly PolicyRow[];
  readonly references: readonly ExplainedReference[];
  readonly sources: readonly ExplainedSource[];
  /** Labels and annotations that do not count, as sentences. */
  readonly problems: readonly string[];
}

const kindOf = ({ kind }: Pick<Reference, 'kind'>) => (kind === 'secret' ? 'Secret' : 'ConfigMap');

function toReference(workload: Workload, { reference, counting, ignored }: Counted): ExplainedReference {
  return {
    kind: kindOf(reference),
    name: reference.name,
    keys: reference.keys,
    optional: reference.optional,
    place: placeText(workload.template, reference),
    where: reference.where,
    counts: counting.length === 0 ? 'none' : ignored.length === 0 ? 'all' : 'some',
    ignored,
  };
}

/** Whether a key counts for one of these references. */
function countsIn(counted: readonly Counted[], key: string): boolean {
  return counted
    .flatMap(({ counting }) => counting)
    .some(({ keys, except }) => (keys === 'all' ? !matcherOf(except).matches(key) : keys.includes(key)));
}

function toSource(
  [id, counted]: readonly [string, readonly Counted[]],
  report: WorkloadReport,
  found: Found,
  digest: string | undefined,
): ExplainedSource {
  const [{ reference } = { reference: undefined }] = counted;
  if (!reference) throw new Error('a source has at least one reference');
  const verdict = report.sources.find((source) => idOf(source) === id)?.verdict;
  const metadata = metadataOf(found);
  const lastChange = metadata && lastChangeOf(metadata);
  const content = found.kind === 'configmap' ? found.source?.content : undefined;
  const keys = content && [...new Set([...Object.keys(content.data), ...Object.keys(content.binaryData)])];
  return {
    kind: kindOf(reference),
    name: reference.name,
    ...(verdict && { verdict }),
    ...(digest !== undefined && { digest }),
    ...(found.kind !== 'not-seen' && { exists: metadata !== undefined }),
    ...(lastChange && { lastChange }),
    ...(keys && { keys: keys.sort().map((name) => ({ name, counts: countsIn(counted, name) })) }),
  };
}

/**
 * Explains a workload.
 * @param found what each source looks like, by its id
 * @param digestOf the short digest of what counts of a source. Undefined: it is not shown
 */
export function explanationOf(
  { policy }: Pick<Evidence, 'policy'>,
  workload: Workload,
  report: WorkloadReport,
  {
    references,
    found,
    digestOf,
    rows,
  }: {
    readonly references: readonly Reference[];
    readonly found: ReadonlyMap<string, Found>;
    readonly digestOf: (id: string) => string | undefined;
    readonly rows: readonly PolicyRow[];
  },
): Explanation {
  const foundOf = (id: string): Found => found.get(id) ?? { kind: 'not-seen' };
  const counted = countedReferences(policy, workload, references, (id) => {
    const metadata = metadataOf(foundOf(id));
    return metadata && sourceMark(metadata.annotations, policy.compat);
  });
  const bySource = Map.groupBy(counted, ({ reference }) => sourceId(reference));
  const { state, reason, message, nextScaleUp, pinned, problems } = report;
  return {
    apiVersion: 'kubectl.lockstep.dev/v1',
    kind: 'WorkloadExplanation',
    metadata: report.metadata,
    workload: report.workload,
    status: { state, reason, message, nextScaleUp, pinned },
    policy: rows,
    references: counted.map((each) => toReference(workload, each)),
    sources: [...bySource].map((each) => toSource(each, report, foundOf(each[0]), digestOf(each[0]))),
    problems,
  };
}
