import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { templateDigest } from '../digest/canonical.ts';
import type { ConfigState } from '../digest/format.ts';
import type { Deployment } from '../workloads/deployment.ts';

/** On the pod template: the config hash of the workload. */
export const CONFIG_HASH = 'lockstep.dev/config-hash';
/** On the pod template: JSON, source id -> short digest. */
export const CONFIG_SOURCES = 'lockstep.dev/config-sources';
/** On the pod template: the sources whose copies its pods read. */
export const PINNED = 'lockstep.dev/pinned';
/** On the workload: what all its pods hold although their template does not say so. */
export const BASELINE = 'lockstep.dev/baseline';
/** On the workload: the configuration that its pods do not follow, because an undo brought back an earlier one. */
export const HELD = 'lockstep.dev/held';
/** Label on a namespace or a workload. */
export const INJECT_LABEL = 'lockstep.dev/inject';
/** Label on a namespace or a workload. */
export const PIN_LABEL = 'lockstep.dev/pin';
/** On a workload: sources and keys that do not count; on a source, as `true`: it counts nowhere. */
export const IGNORE = 'lockstep.dev/ignore';
/** On a workload: sources that the app reads through the API. */
export const INCLUDE = 'lockstep.dev/include';
/** On a workload: the calls on which it may be rolled. */
export const ROLL_ON = 'lockstep.dev/roll-on';

/** Label on a copy. */
export const COPY_LABEL = 'lockstep.dev/copy';
/** On a copy: JSON, of which source it is a copy, its full digest and the keys that this was made over. */
export const COPY_OF = 'lockstep.dev/copy-of';
/** On a copy: when a template last came to name it after it was made, RFC 3339. */
export const USED_AT = 'lockstep.dev/used-at';

/** The annotations that lockstep keeps on a workload; undefined where one is not there. */
export interface Marks {
  readonly hash: string | undefined;
  readonly sources: string | undefined;
  readonly pinned: string | undefined;
  readonly baseline: string | undefined;
  readonly held: string | undefined;
}

export const NO_MARKS: Marks = {
  hash: undefined,
  sources: undefined,
  pinned: undefined,
  baseline: undefined,
  held: undefined,
};

export function sameMarks(a: Marks, b: Marks): boolean {
  return (
    a.hash === b.hash &&
    a.sources === b.sources &&
    a.pinned === b.pinned &&
    a.baseline === b.baseline &&
    a.held === b.held
  );
}

const Sources = Type.Record(Type.String(), Type.String());
/** A configuration, and the template that it is said of. */
const OfTemplate = Type.Object({ hash: Type.String(), sources: Sources, template: Type.String() });
const checkSources = Compile(Sources);
const checkOfTemplate = Compile(OfTemplate);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The marks that a workload carries. */
export function marksOf(deployment: Deployment): Marks {
  const template = deployment.spec.template.metadata?.annotations;
  return {
    hash: template?.[CONFIG_HASH],
    sources: template?.[CONFIG_SOURCES],
    pinned: template?.[PINNED],
    baseline: deployment.metadata.annotations?.[BASELINE],
    held: deployment.metadata.annotations?.[HELD],
  };
}

/**
 * The marks that say on the template: its pods hold this configuration.
 * @param pinned what its pods read copies of, as the annotation says it; undefined: nothing
 */
export function templateMarks(state: ConfigState, pinned?: string): Marks {
  return { ...NO_MARKS, hash: state.hash, sources: JSON.stringify(state.sources), pinned };
}

/** The text of a baseline (this state is what all pods of this very template hold), or of what it is held against. */
export function ofTemplate(state: ConfigState, template: unknown): string {
  return JSON.stringify({ ...state, template: templateDigest(template) } satisfies Static<typeof OfTemplate>);
}

/** What a mark says of the template that the workload has now; undefined where it was taken of another. */
function saidOf(deployment: Deployment, mark: string | undefined): ConfigState | undefined {
  const said = mark === undefined ? undefined : parseJson(mark);
  if (!checkOfTemplate.Check(said) || said.template !== templateDigest(deployment.spec.template))
    return undefined;
  return { hash: said.hash, sources: said.sources };
}

/** The short digests in a `config-sources`, by source id; empty where it cannot be read. */
export function parseSources(text: string | undefined): Readonly<Record<string, string>> {
  const sources = text === undefined ? undefined : parseJson(text);
  return checkSources.Check(sources) ? sources : {};
}

/**
 * The configuration on record for a workload: its baseline where it has one that was taken of the template it has now,
 * else what the template says, else undefined. A `config-sources` that cannot be read counts as empty.
 */
export function recordedState(deployment: Deployment): ConfigState | undefined {
  const { hash, sources, baseline } = marksOf(deployment);
  const said = saidOf(deployment, baseline);
  if (said) return said;
  return hash === undefined ? undefined : { hash, sources: parseSources(sources) };
}

/** The configuration that a workload is held against; undefined: it is not held. */
export function heldAgainst(deployment: Deployment): ConfigState | undefined {
  return saidOf(deployment, marksOf(deployment).held);
}

function setAll(
  annotations: Readonly<Record<string, string>> | null | undefined,
  changes: Record<string, string | undefined>,
) {
  const result: Record<string, string> = { ...annotations };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete result[key];
    else result[key] = value;
  }
  // No annotations where there were none before: nothing but our own changes.
  return Object.keys(result).length === 0 && !annotations ? annotations : result;
}

/** A copy of the workload that carries exactly these marks; everything else, unknown fields included, is kept. */
export function withMarks<T extends Deployment>(deployment: T, marks: Marks): T {
  const template = deployment.spec.template;
  const onTemplate = setAll(template.metadata?.annotations, {
    [CONFIG_HASH]: marks.hash,
    [CONFIG_SOURCES]: marks.sources,
    [PINNED]: marks.pinned,
  });
  const onWorkload = setAll(deployment.metadata.annotations, {
    [BASELINE]: marks.baseline,
    [HELD]: marks.held,
  });
  return {
    ...deployment,
    metadata: onWorkload ? { ...deployment.metadata, annotations: onWorkload } : deployment.metadata,
    spec: {
      ...deployment.spec,
      template: onTemplate
        ? { ...template, metadata: { ...template.metadata, annotations: onTemplate } }
        : template,
    },
  };
}
