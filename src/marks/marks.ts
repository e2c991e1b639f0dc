import type { ConfigState } from '../digest/format.ts';
import { withValueAt } from '../workloads/fields.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import type { Workload } from '../workloads/workload.ts';
import { MARK_KEYS, MARKS, type MarkKey, type TemplateMarkKey } from './table.ts';

/** The marks on a pod template, as text. Undefined: the mark is missing. */
export type TemplateMarks = { readonly [Key in TemplateMarkKey]: string | undefined };

/** All marks of a workload, as text. Undefined: the mark is missing. */
export type Marks = { readonly [Key in MarkKey]: string | undefined };

export const NO_MARKS: Marks = {
  hash: undefined,
  sources: undefined,
  pinned: undefined,
  baseline: undefined,
  held: undefined,
};

/** The part of a workload that carries marks. */
export type Marked = Pick<Workload, 'metadata' | 'template'>;

type Annotations = Readonly<Record<string, string>> | null | undefined;

export function sameMarks(a: Marks, b: Marks): boolean {
  return MARK_KEYS.every((key) => a[key] === b[key]);
}

export const hasMarks = (marked: Marked): boolean => !sameMarks(marksOf(marked), NO_MARKS);

/** Whether pods of two templates with these marks read the same copies. */
export function sameCopies(a: TemplateMarks, b: TemplateMarks): boolean {
  return a.pinned === b.pinned && a.sources === b.sources;
}

/** The marks among the annotations of a pod template, or of a pod that was made from one. */
export function templateMarksOf(annotations: Annotations): TemplateMarks {
  return {
    hash: annotations?.[MARKS.hash.name],
    sources: annotations?.[MARKS.sources.name],
    pinned: annotations?.[MARKS.pinned.name],
  };
}

/** The marks that a workload carries. */
export function marksOf({ metadata, template }: Marked): Marks {
  return {
    ...templateMarksOf(template.metadata?.annotations),
    baseline: metadata.annotations?.[MARKS.baseline.name],
    held: metadata.annotations?.[MARKS.held.name],
  };
}

/**
 * The marks for a template whose pods hold this configuration.
 * @param pinnedText the text of the annotation `pinned`. Undefined: the pods read no copies
 */
export function marksOfState(state: ConfigState, pinnedText?: string): Marks {
  return {
    ...NO_MARKS,
    hash: MARKS.hash.print(state.hash),
    sources: MARKS.sources.print(state.sources),
    pinned: pinnedText,
  };
}

/** The annotations of these marks in one place: name -> text. Undefined: the annotation must be missing. */
export function annotationsOf(marks: Marks, on: 'template' | 'workload') {
  const here = MARK_KEYS.filter((key) => MARKS[key].on === on);
  return here.map((key) => [MARKS[key].name, marks[key]] as const);
}

/** These annotations, with exactly these marks. Absent annotations stay absent if no mark must be added. */
function annotationsWithMarks(
  annotations: Annotations,
  marks: Marks,
  on: 'template' | 'workload',
): Annotations {
  const result: Record<string, string> = { ...annotations };
  for (const [name, text] of annotationsOf(marks, on)) {
    if (text === undefined) delete result[name];
    else result[name] = text;
  }
  return Object.keys(result).length === 0 && !annotations ? annotations : result;
}

/** A copy of the template that carries exactly these marks. All other fields stay, unknown ones too. */
export function templateWithMarks(template: PodTemplate, marks: Marks): PodTemplate {
  const annotations = annotationsWithMarks(template.metadata?.annotations, marks, 'template');
  return annotations ? { ...template, metadata: { ...template.metadata, annotations } } : template;
}

/** A view of the workload with exactly these marks. Its object stays as it is. */
export function withMarks(workload: Workload, marks: Marks): Workload {
  const { metadata, template } = workload;
  const annotations = annotationsWithMarks(metadata.annotations, marks, 'workload');
  return {
    ...workload,
    metadata: annotations ? { ...metadata, annotations } : metadata,
    template: templateWithMarks(template, marks),
  };
}

/**
 * A copy of the workload's object that carries exactly these marks. All other fields stay, unknown ones
 * too.
 */
export function objectWithMarks({ kind, object, metadata, template }: Workload, marks: Marks): object {
  const annotations = annotationsWithMarks(metadata.annotations, marks, 'workload');
  const marked = annotations ? withValueAt(object, ['metadata', 'annotations'], annotations) : object;
  const ofTemplate = annotationsWithMarks(template.metadata?.annotations, marks, 'template');
  return ofTemplate
    ? withValueAt(marked, [...kind.templatePath, 'metadata', 'annotations'], ofTemplate)
    : marked;
}
