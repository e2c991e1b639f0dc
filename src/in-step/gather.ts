import { bringerOf } from '../marks/bringer.ts';
import { sameForPeers } from '../policy/compat.ts';
import type { Facts } from '../policy/decision.ts';
import { factsOf } from '../policy/facts.ts';
import { referencesFormerlyInScope } from '../policy/in-scope.ts';
import { continuedHold, NOT_PINNED, type Pinning, pinFacts, pinningOf } from '../policy/pinning.ts';
import type { WorkloadOperation } from '../policy/roll-on.ts';
import type { Problem, Settings } from '../policy/settings.ts';
import { unusedProblems } from '../policy/unused.ts';
import type { Usage } from '../references/usage.ts';
import type { Workload } from '../workloads/workload.ts';
import { readByHash } from './by-hash.ts';
import {
  type LiveAsRecorded,
  type LiveConfig,
  type MalformedIgnore,
  type Reader,
  type RecordIn,
  readAsRecorded,
  readBoth,
} from './live-config.ts';
import type { InStepDeps, RevisionId } from './ports.ts';
import { readRecord } from './record.ts';
import { type Scope, scopeBefore, scopeOf } from './scope.ts';

/** A workload before and after a call. */
export interface Call {
  readonly operation: WorkloadOperation;
  readonly workload: Workload;
  /**
   * The workload before the call. On a scale it is `workload` itself. On a create it is undefined, unless the
   * workload adopts a revision.
   */
  readonly before: Workload | undefined;
  /** The revision with pods that the workload adopts when it is created. */
  readonly adopts?: RevisionId;
  /**
   * The namespace has the label `lockstep.dev/pin: enabled`, as the path of the review says. `prepare` looks
   * at the label itself before lockstep writes anything.
   */
  readonly pinNamespace: boolean;
  /** The field manager that the request names, if it names one. */
  readonly fieldManager?: string | undefined;
  readonly signal: AbortSignal;
}

/** Everything that was read about the configuration of a managed workload. */
export interface Gathered {
  readonly facts: Facts;
  readonly used: readonly Usage[];
  readonly pinning: Pinning;
  readonly problems: readonly Problem[];
  readonly malformedIgnores: readonly MalformedIgnore[];
  /** Id of an immutable source -> when it was made, in seconds since the epoch. */
  readonly immutableSince: ReadonlyMap<string, number>;
}

/**
 * A record may have been made when `lockstep.dev/include` still counted. So the sources that differ from
 * their record are digested once more as they counted then.
 */
function readFormer(
  reader: Reader,
  { template }: Workload,
  { settings, references }: Scope,
  record: RecordIn,
  asBefore: LiveConfig,
): Promise<LiveAsRecorded> | LiveAsRecorded {
  if (settings.formerly.included.length === 0) return { state: asBefore.state, references };
  const former = referencesFormerlyInScope(template, settings);
  return readAsRecorded(reader, record, { asBefore, references, former });
}

/** Live configuration as the record covers it. */
async function readAsBefore(
  deps: InStepDeps,
  { workload, signal }: Call,
  record: RecordIn,
  earlier: Scope,
  asBefore: LiveConfig,
): Promise<LiveAsRecorded> {
  const reader = { sources: deps.sources, namespace: workload.namespace, signal };
  if (!record.recorded.hashOnly || asBefore.state.hash === record.recorded.hash)
    return readFormer(reader, workload, earlier, record, asBefore);
  const found = await readByHash(reader, deps.formats, record, earlier.references);
  return { state: (found ?? asBefore).state, references: earlier.references };
}

/**
 * What of the workload's annotations does not count. What of a peer's annotations cannot be followed is said once: in
 * the call that brings them, or in the first one that lockstep sees. Later ones would only repeat it.
 * @param isKnown lockstep has judged the workload before
 */
function problemsOf(
  { defaults }: Pick<InStepDeps, 'defaults'>,
  { operation, workload, before }: Call,
  settings: Settings,
  isKnown: boolean,
): readonly Problem[] {
  const isNews = operation === 'create' || !before || !isKnown;
  const ofPeers = isNews || !sameForPeers(defaults.compat ?? [], before, workload);
  return [
    ...settings.problems,
    ...unusedProblems(workload, settings),
    ...(ofPeers ? settings.peers.problems : []),
  ];
}

/**
 * Reads the live configuration of a managed workload, in the current format and in that of its record.
 * @throws LockstepError WORKLOAD_TOO_LARGE, and what the ports throw
 */
export async function gather(deps: InStepDeps, call: Call): Promise<Gathered> {
  const { workload, before, operation, signal } = call;
  const { current } = deps.formats;
  const scope = scopeOf(deps, workload);
  const { settings } = scope;
  const earlier = scopeBefore(deps, call, scope);
  // Of a create that adopts a revision, the workload before has never been a request's.
  const bringer = bringerOf(call.adopts === undefined ? call : { ...call, before: undefined });
  const hold = deps.copies && continuedHold(call, bringer);
  const onRecord = await readRecord(deps, call, hold);
  const record = onRecord && 'format' in onRecord ? onRecord : undefined;
  const format = record?.format;
  const used = current.usages(scope.references);
  const reader = { sources: deps.sources, namespace: workload.namespace, signal };
  const isReadAnew = format && earlier && (format !== current || earlier !== scope);
  const { live, asBefore } = await readBoth(
    reader,
    { used, format: current },
    isReadAnew ? { used: format.usages(earlier.references), format } : undefined,
  );
  const asRecorded = record && earlier && (await readAsBefore(deps, call, record, earlier, asBefore ?? live));
  const covered = asRecorded?.references ?? earlier?.references ?? [];
  const pinning = deps.copies ? pinningOf(call, used, live, deps.pinExclude) : NOT_PINNED;
  const facts = factsOf({
    operation,
    workload,
    before,
    bringer,
    used,
    usedBefore: covered === scope.references ? used : current.usages(covered),
    // Of a held workload, the record is what its pods do not follow. No history tells about that.
    unknownKeysOf: hold || !earlier ? [] : earlier.settings.formerly.ignored,
    recorded: onRecord?.recorded,
    recordedFormat: onRecord?.kind,
    live: live.state,
    liveAsRecorded: asRecorded?.state,
    missingKeys: live.missingKeys,
    rollOn: settings.rollOn,
    holdUntilConfigured: deps.defaults.holdUntilConfigured,
    pin: deps.copies && pinFacts(call, pinning, live.state, hold !== undefined),
  });
  const problems = problemsOf(deps, call, settings, onRecord !== undefined || used.length === 0);
  const { malformedIgnores, immutableSince } = live;
  return { facts, used, pinning, problems, malformedIgnores, immutableSince };
}
