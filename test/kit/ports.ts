import { formatsWith } from '../../src/digest/format.ts';
import { missingKeys, type SourceContent } from '../../src/digest/source.ts';
import type { InStepDeps, Orphan, PresentRevision, SourceReading } from '../../src/in-step/ports.ts';
import type { SourceTimes } from '../../src/policy/adoption.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { sourceId } from '../../src/references/sources.ts';
import type { PodTimes } from '../../src/workloads/pod-times.ts';
import type { Workload } from '../../src/workloads/workload.ts';

/** What a read of a source tells, beside its digest, if nothing about it is special. */
export const READING = {
  malformedIgnore: undefined,
  missingKeys: [],
  isTrustBundle: false,
  immutableSince: undefined,
};

/** What the ports of `inStepDeps` return. */
export interface FoundByPorts {
  /** Source id -> its `data`. */
  readonly configMaps?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Source id -> what a read of it tells otherwise than `READING`. */
  readonly readings?: Readonly<Record<string, Partial<SourceReading>>>;
  readonly times?: SourceTimes;
  /** Default: found if there are pods, or else not yet. */
  readonly revision?: PresentRevision;
  readonly pods?: readonly PodTimes[] | 'too-many';
  readonly orphan?: Orphan;
  /** The workload that takes its template from this one. Default: none does. */
  readonly runner?: Workload | 'unknown';
  /** Whether a revision of the workload has the marks. Default: true. */
  readonly hasRevision?: boolean;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** Whether the cluster has the workload, or the ReplicaSet, with its uid. Default: true. */
  readonly exists?: boolean;
  /** What a patch returns. Default: the workload as it was read. */
  readonly patched?: Workload;
  /** The results of reads under any name, in order. The last one repeats. */
  readonly workloads?: readonly (Workload | undefined)[];
}

/** Ports that return plain data for one workload, and the calls of them. */
export function inStepDeps(found: FoundByPorts, overrides: Partial<InStepDeps> = {}) {
  const asked: string[] = [];
  const contentOf = (id: string): SourceContent | undefined => {
    const data = found.configMaps?.[id];
    return data && { data, binaryData: {} };
  };
  const workloads = [...(found.workloads ?? [])];
  const deps: InStepDeps = {
    sources: {
      async digest(namespace, usage, format) {
        asked.push(`digest ${sourceId(usage)}`);
        const content = contentOf(sourceId(usage));
        return {
          ...READING,
          digest: format.sourceDigest(namespace, usage, content),
          missingKeys: content ? missingKeys(usage, content) : [],
          ...found.readings?.[sourceId(usage)],
        };
      },
      async times(_namespace, usage) {
        asked.push(`times ${sourceId(usage)}`);
        return found.times;
      },
    },
    workloads: {
      async read(kind, namespace, name) {
        asked.push(`read ${kind.resource} ${namespace}/${name}`);
        return workloads.length > 1 ? workloads.shift() : workloads[0];
      },
      async patch(read, marks) {
        const { name, resourceVersion } = read.metadata;
        asked.push(`patch ${name} ${resourceVersion}: ${marks.sources}`);
        return found.patched ?? read;
      },
      async exists({ kind, metadata: { name } }) {
        asked.push(`exists ${kind.singular}/${name}`);
        return found.exists ?? true;
      },
      async presentRevision() {
        asked.push('revision');
        const byPods = found.pods ? ({ kind: 'found', id: 'uid-of-the-revision' } as const) : undefined;
        return found.revision ?? byPods ?? { kind: 'not-yet' };
      },
      async orphan() {
        asked.push('orphan');
        return found.orphan;
      },
      async runner() {
        asked.push('runner');
        return found.runner;
      },
      async pods(_workload, revision) {
        asked.push(`pods of ${revision}`);
        return found.pods === 'too-many' ? undefined : (found.pods ?? []);
      },
      async hasRevision(_workload, { marks, template }) {
        asked.push(`revision with ${marks.hash}${template ? ' and the template' : ''}`);
        return found.hasRevision ?? true;
      },
    },
    namespaces: {
      disabledAreFiltered: true,
      async read(namespace) {
        asked.push(`namespace ${namespace}`);
        return { uid: 'uid-of-the-namespace', labels: found.namespaceLabels ?? {} };
      },
    },
    copies: undefined,
    mode: 'enforce',
    injectDefault: 'enabled',
    defaults: { secrets: false, include: true, ignore: [], rollOn: OPERATIONS },
    inDoubt: 'roll',
    pinExclude: [],
    formats: formatsWith(),
    ...overrides,
  };
  return { deps, asked };
}
