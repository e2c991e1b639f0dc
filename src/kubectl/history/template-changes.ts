import { canonicalJson } from '../../digest/canonical.ts';
import { plainTemplate } from '../../marks/same-template.ts';
import { valueAt } from '../../workloads/fields.ts';
import type { PodTemplate } from '../../workloads/pod-template.ts';
import { POD_TEMPLATE_HASH, ROLLOUTS_POD_TEMPLATE_HASH } from '../../workloads/replica-set.ts';

/** What `kubectl rollout restart` writes. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
const HASH_LABELS = [POD_TEMPLATE_HASH, ROLLOUTS_POD_TEMPLATE_HASH];

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> => new Map(Object.entries(Object(value)));
const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

/** The names of the fields that differ. */
function differing(before: unknown, now: unknown, except: readonly string[] = []): readonly string[] {
  const [was, is] = [fieldsOf(before), fieldsOf(now)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((name) => !except.includes(name) && !isSame(was.get(name), is.get(name)))
    .sort();
}

/** The entries of a list by their names. */
function named(list: unknown): ReadonlyMap<string, unknown> {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return new Map(entries.map((entry) => [String(valueAt(entry, ['name']) ?? ''), entry]));
}

/** The names of entries that were added, removed or changed: an environment variable is never told by its value. */
function entryChanges(what: string, before: unknown, now: unknown): readonly string[] {
  const [was, is] = [named(before), named(now)];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
    if (!was.has(name)) return [`${what} ${name} was added`];
    if (!is.has(name)) return [`${what} ${name} was removed`];
    return isSame(was.get(name), is.get(name)) ? [] : [`${what} ${name} changed`];
  });
}

function containerChanges(name: string, before: unknown, now: unknown): readonly string[] {
  const of = `of container ${name}`;
  const [was, is] = [valueAt(before, ['image']), valueAt(now, ['image'])];
  const image = was === is ? [] : [`image ${of} changed from ${String(was)} to ${String(is)}`];
  const env = entryChanges('environment variable', valueAt(before, ['env']), valueAt(now, ['env']));
  const others = differing(before, now, ['image', 'env']).map((field) => `${field} ${of} changed`);
  return [
    ...image,
    ...env.map((text) => text.replace(/ (was added|was removed|changed)$/, ` ${of} $1`)),
    ...others,
  ];
}

function containersChanges(before: unknown, now: unknown): readonly string[] {
  const [was, is] = [named(before), named(now)];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
    if (!was.has(name)) return [`container ${name} was added`];
    if (!is.has(name)) return [`container ${name} was removed`];
    return containerChanges(name, was.get(name), is.get(name));
  });
}

const LISTS = ['containers', 'initContainers'];

/**
 * What differs between the templates of two revisions besides lockstep's marks, as sentences. They name images and
 * fields, and no other value.
 */
export function templateChanges(before: PodTemplate, now: PodTemplate): readonly string[] {
  const [was, is] = [plainTemplate(before), plainTemplate(now)];
  const annotations = differing(was.metadata?.annotations, is.metadata?.annotations).map((name) =>
    name === RESTARTED ? 'somebody has restarted it' : `annotation ${name} of its pods changed`,
  );
  const labels = differing(was.metadata?.labels, is.metadata?.labels, HASH_LABELS).map(
    (name) => `label ${name} of its pods changed`,
  );
  const containers = LISTS.flatMap((list) =>
    containersChanges(valueAt(was.spec, [list]), valueAt(is.spec, [list])),
  );
  const volumes = entryChanges('volume', was.spec?.volumes, is.spec?.volumes);
  const others = differing(was.spec, is.spec, [...LISTS, 'volumes']).map(
    (field) => `${field} of its pods changed`,
  );
  return [...containers, ...volumes, ...others, ...annotations, ...labels];
}
