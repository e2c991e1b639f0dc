import { LockstepError } from '../../errors.ts';
import { sourceMark } from '../../marks/ignore.ts';
import { references } from '../../references/references.ts';
import { type SourceKind, sourceId } from '../../references/sources.ts';
import { type Usage, usages } from '../../references/usage.ts';
import type { Workload } from '../../workloads/workload.ts';
import { type Finding, type FoundOn, NO_CHANGE, NOTHING_FOUND, type Texts } from './finding.ts';
import { pointer } from './json-patch.ts';
import type { Setting } from './setting.ts';
import { idleness, lostSources } from './shortfalls.ts';
import { type Subject, templateAnnotations } from './subject.ts';

/** A digest in hexadecimal digits, from adler32 to SHA-512, or in base64 (SHA-256). */
const DIGEST = /^(?:[0-9a-f]{8,128}|[A-Za-z0-9+/]{43}=)$/i;
/** Annotations of other programs that only look like it. */
const OTHERS = /(?:^|[./])(?:lockstep\.dev|wave\.pusher\.com|kubernetes\.io|k8s\.io|stakater\.com)\//;

/** Helm's documentation has `checksum/config`, and charts have other names with other prefixes. */
export const isChecksumName = (name: string): boolean => /checksum/i.test(name) && !OTHERS.test(name);

const isChecksum = (name: string, value: string): boolean =>
  isChecksumName(name) ||
  (/(?:^|[-./_])(?:config|cm|secret|secrets|configmap)[-./_]?(?:hash|sha\d*|sum|md5)$/i.test(name) &&
    DIGEST.test(value) &&
    !OTHERS.test(name));

const OF_KIND: Readonly<Record<SourceKind, readonly string[]>> = {
  configmap: [
    'config',
    'configs',
    'configmap',
    'configmaps',
    'cm',
    'configuration',
    'conf',
    'settings',
    'env',
  ],
  secret: ['secret', 'secrets', 'credentials'],
};

/** The words of a name that say what it is of: `checksum/web-config` has `web` and `config`. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z])(?=[A-Z])/g, '$1-')
    .toLowerCase()
    .split(/[-./_]+/)
    .filter((word) => word !== '' && !/^(?:checksum|hash|sum|sha\d*|md5)$/.test(word));

/** What a checksum's name seems to stand for: `config-map` is a word, too. */
function meantBy(name: string, sources: readonly Usage[]): readonly Usage[] {
  const words = wordsOf(name.slice(name.indexOf('/') + 1).replace(/config-map/gi, 'configmap'));
  const kinds = (['configmap', 'secret'] as const).filter((kind) =>
    words.some((word) => OF_KIND[kind].includes(word)),
  );
  // A name of a kind says more than one of a thing: `secret-config` is no ConfigMap for certain, and so of both kinds.
  const generic = words.filter((word) => Object.values(OF_KIND).some((all) => all.includes(word)));
  const special = words.filter((word) => !generic.includes(word));
  const ofKind = kinds.length === 0 ? sources : sources.filter(({ kind }) => kinds.includes(kind));
  if (special.length === 0) return kinds.length === 0 ? [] : ofKind;
  const named = ofKind.filter((source) => {
    const own = wordsOf(source.name);
    return special.every((word) => own.includes(word));
  });
  return named;
}

type Judgement = Pick<Finding, 'state' | 'message'>;

const keep = (message: string): Judgement => ({ state: 'Keep', message });

function reasonsToKeep(setting: Setting, workload: Workload, sources: readonly Usage[]): readonly string[] {
  const { compat } = setting.defaults;
  const wanted = {
    usages: sources,
    isIgnored: () => false,
    isIgnoredByLockstep: (annotations: Texts) => sourceMark(annotations, compat).ignored,
  };
  return [...idleness(setting, workload), ...lostSources(setting, workload, wanted)];
}

function judgement(setting: Setting, workload: Workload, name: string): Judgement {
  const sources = usages(references(workload.template));
  if (workload.templateRef) return keep(idleness(setting, workload).join('; '));
  if (sources.length === 0)
    return keep(
      'the template refers to no ConfigMap or Secret, so there is nothing for which lockstep would roll it',
    );
  const meant = meantBy(name, sources);
  if (meant.length === 0) {
    const all = sources.map(sourceId).join(', ');
    return keep(`its name fits none of what the template refers to (${all}): find out what it is of`);
  }
  const why = reasonsToKeep(setting, workload, sources);
  if (why.length > 0) return keep(why.join('; '));
  const stands = `it seems to stand for ${meant.map(sourceId).join(', ')}`;
  const message = `${stands}, and lockstep rolls for all of that: remove it together with the next release`;
  return { state: 'Replace', message };
}

function judged(setting: Setting, workload: Workload, name: string): Judgement {
  try {
    return judgement(setting, workload, name);
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== 'WORKLOAD_TOO_LARGE') throw error;
    return keep(error.message);
  }
}

/**
 * The checksums of configuration in a pod template. One is to be removed only if lockstep rolls the workload for
 * everything that the template refers to.
 */
export function checksumFindings(subject: Subject, setting: Setting): FoundOn {
  const { workload, place } = subject;
  if (!workload) return NOTHING_FOUND;
  const has = templateAnnotations(subject);
  const pathOf = (name: string) => [...workload.kind.templatePath, 'metadata', 'annotations', name];
  const findings = Object.keys(has)
    .filter((name) => isChecksum(name, has[name] ?? ''))
    .map(
      (what): Finding => ({
        what,
        on: 'PodTemplate',
        ...judged(setting, workload, what),
        ...(place && { place: place(pathOf(what)) }),
      }),
    );
  const removed = findings.filter(({ state }) => state === 'Replace').map(({ what }) => pathOf(what));
  return {
    findings,
    change: {
      ...NO_CHANGE,
      templatePatch: removed.map((path) => ({ op: 'remove', path: pointer(path) })),
      edits: removed.map((path) => ({ path, value: undefined })),
    },
  };
}
