import { type Marked, type Marks, marksOf, NO_MARKS, sameMarks } from './marks.ts';
import { MARK_KEYS, MARKS, type MarkKey } from './table.ts';

/**
 * The most bytes that the API server takes in one map of annotations: all names and all texts together
 * (k8s.io/apimachinery, pkg/api/validation, TotalAnnotationSizeLimitB). The workload's own metadata and its
 * template's are two maps.
 */
export const ANNOTATIONS_BYTES = 256 * 1024;

/**
 * What lockstep leaves to others, in bytes. Revisions get the workload's annotations, and the Deployment controller
 * adds its own to them: a history of 2,000 characters, and some numbers. Pods get the template's, and programs of
 * the network add addresses to them. If there were no room, the rollout would stop.
 */
export const LEFT_TO_OTHERS = 4 * 1024;

/**
 * A mark that has no room.
 * - `hash`: the template carries no mark at all, so nothing tells what its pods hold
 * - `pinned`: the template does not name its copies, so its pods read live configuration
 * - `sources`: the template has the config hash only
 * - `baseline`, `held`: the workload has only the hash of it, or nothing
 */
export type Omitted = MarkKey;

/** The marks that have room, and those that do not. */
export interface Fitted {
  readonly marks: Marks;
  readonly omitted: readonly Omitted[];
}

type Annotations = Readonly<Record<string, string>> | null | undefined;

const bytesOf = (name: string, text: string): number => Buffer.byteLength(name) + Buffer.byteLength(text);

const keysOn = (on: 'template' | 'workload'): readonly MarkKey[] =>
  MARK_KEYS.filter((key) => MARKS[key].on === on);

const bytesOfMarks = (marks: Partial<Marks>, keys: readonly MarkKey[]): number =>
  keys.reduce((sum, key) => {
    const text = marks[key];
    return text === undefined ? sum : sum + bytesOf(MARKS[key].name, text);
  }, 0);

function bytesOfOthers(annotations: Annotations): number {
  const own: readonly string[] = MARK_KEYS.map((key) => MARKS[key].name);
  return Object.entries(annotations ?? {}).reduce(
    (sum, [name, text]) => (own.includes(name) ? sum : sum + bytesOf(name, text)),
    0,
  );
}

/**
 * The notes, if there is room for them beside a workload's own annotations and its marks. They only tell of something,
 * so nothing must fail because of them.
 */
export function fittingNotes(
  { metadata }: Pick<Marked, 'metadata'>,
  marks: Marks,
  notes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own = bytesOfMarks(marks, keysOn('workload'));
  const bytes = bytesOfOthers({ ...metadata.annotations, ...notes }) + own;
  return bytes <= ANNOTATIONS_BYTES - LEFT_TO_OTHERS ? notes : {};
}

/** The text of a baseline or a hold without its sources: their hash stands for them. */
function withoutSources(mark: 'baseline' | 'held', text: string | undefined): string | undefined {
  const state = text === undefined ? undefined : MARKS[mark].parse(text);
  return state && MARKS[mark].print({ ...state, sources: {} });
}

/** What can be written in one place, the best first, and how many bytes it may take together with all else. */
type Choice = readonly [marks: Partial<Marks>, bytes: number];

/** The first choice that has room. An empty choice always has, unless the place is over the limit by itself. */
function firstWithRoom(annotations: Annotations, keys: readonly MarkKey[], choices: readonly Choice[]) {
  const others = bytesOfOthers(annotations);
  // The user's own error. The API server says so.
  if (others > ANNOTATIONS_BYTES) return choices[0]?.[0] ?? {};
  const found = choices.find(([marks, bytes]) => others + bytesOfMarks(marks, keys) <= bytes);
  return found?.[0] ?? {};
}

/**
 * Those of the wanted marks that the API server takes together with everybody's annotations. lockstep's marks alone
 * must never be why it refuses a call. `config-sources` goes first: a record with the hash alone is compared by it.
 * Without it no copy can be named, so `pinned` goes, too. Marks that are there already stay as long as the API server
 * takes them.
 */
export function fittingMarks(workload: Marked, wanted: Marks): Fitted {
  const present = marksOf(workload);
  const same = (keys: readonly MarkKey[]) => keys.every((key) => present[key] === wanted[key]);
  const bytesFor = (keys: readonly MarkKey[]) =>
    same(keys) ? ANNOTATIONS_BYTES : ANNOTATIONS_BYTES - LEFT_TO_OTHERS;
  const [ofTemplate, ofWorkload] = [keysOn('template'), keysOn('workload')];
  const { hash, sources, pinned, baseline, held } = wanted;
  const onTemplate = firstWithRoom(workload.template.metadata?.annotations, ofTemplate, [
    [{ hash, sources, pinned }, bytesFor(ofTemplate)],
    // 91 bytes. Without them the workload would not be kept in step.
    [{ hash }, ANNOTATIONS_BYTES],
  ]);
  const hashesOnly = {
    baseline: withoutSources('baseline', baseline),
    held: withoutSources('held', held),
  };
  const onWorkload = firstWithRoom(workload.metadata.annotations, ofWorkload, [
    [{ baseline, held }, bytesFor(ofWorkload)],
    [hashesOnly, ANNOTATIONS_BYTES - LEFT_TO_OTHERS],
  ]);
  const marks = { ...NO_MARKS, ...onTemplate, ...onWorkload };
  const omitted = MARK_KEYS.filter((key) => wanted[key] !== undefined && marks[key] !== wanted[key]);
  return { marks: sameMarks(marks, wanted) ? wanted : marks, omitted };
}
