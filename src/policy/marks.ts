import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ConfigState } from '../digest/format.ts';
import { templateDigest } from '../digest/template.ts';
import type { Deployment } from '../workloads/deployment.ts';

/** On the pod template: the config hash of the workload. */
export const CONFIG_HASH = 'lockstep.dev/config-hash';
/** On the pod template: JSON, source id -> short digest. */
export const CONFIG_SOURCES = 'lockstep.dev/config-sources';
/** On the workload: what all its pods hold although their template does not say so. */
export const BASELINE = 'lockstep.dev/baseline';
/** Label on a namespace or a workload. */
export const INJECT_LABEL = 'lockstep.dev/inject';
/** On a workload: sources and keys that do not count; on a source, as `true`: it counts nowhere. */
export const IGNORE = 'lockstep.dev/ignore';
/** On a workload: sources that the app reads through the API. */
export const INCLUDE = 'lockstep.dev/include';
/** On a workload: the calls on which it may be rolled. */
export const ROLL_ON = 'lockstep.dev/roll-on';

/** The annotations that lockstep keeps on a workload; undefined where one is not there. */
export interface Marks {
  readonly hash: string | undefined;
  readonly sources: string | undefined;
  readonly baseline: string | undefined;
}

export const NO_MARKS: Marks = { hash: undefined, sources: undefined, baseline: undefined };

const Sources = Type.Record(Type.String(), Type.String());
const Baseline = Type.Object({ hash: Type.String(), sources: Sources, template: Type.String() });
const checkSources = Compile(Sources);
const checkBaseline = Compile(Baseline);

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
    baseline: deployment.metadata.annotations?.[BASELINE],
  };
}

/** The marks that say on the template: its pods hold this configuration. */
export function templateMarks(state: ConfigState): Marks {
  return { hash: state.hash, sources: JSON.stringify(state.sources), baseline: undefined };
}

/** The baseline's text: this state is what all pods of this very template hold. */
export function baselineOf(state: ConfigState, template: unknown): string {
  return JSON.stringify({ ...state, template: templateDigest(template) } satisfies Static<typeof Baseline>);
}

/**
 * The configuration on record for a workload: its baseline where it has one that was taken of the template it has now,
 * else what the template says, else undefined. A `config-sources` that cannot be read counts as empty.
 */
export function recordedState(deployment: Deployment): ConfigState | undefined {
  const marks = marksOf(deployment);
  const baseline = marks.baseline === undefined ? undefined : parseJson(marks.baseline);
  if (checkBaseline.Check(baseline) && baseline.template === templateDigest(deployment.spec.template)) {
    return { hash: baseline.hash, sources: baseline.sources };
  }
  if (marks.hash === undefined) return undefined;
  const sources = marks.sources === undefined ? undefined : parseJson(marks.sources);
  return { hash: marks.hash, sources: checkSources.Check(sources) ? sources : {} };
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
  });
  const onWorkload = setAll(deployment.metadata.annotations, { [BASELINE]: marks.baseline });
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
