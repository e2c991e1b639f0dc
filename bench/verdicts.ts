/** A measured number beside the number that it is compared with, in the same run. */
export interface Comparison {
  readonly what: string;
  readonly measured: number;
  readonly floor: number;
  /** `ms`, `/s`, `MiB`. */
  readonly unit: string;
  /** The largest ratio that we accept; the smallest, if more is better. Undefined: there is no budget. */
  readonly budget: number | undefined;
  readonly moreIsBetter?: boolean;
}

export const ratioOf = ({ measured, floor }: Pick<Comparison, 'measured' | 'floor'>): number =>
  measured / floor;

export function verdictOf(comparison: Comparison): 'pass' | 'fail' | '' {
  const { budget, moreIsBetter = false } = comparison;
  if (budget === undefined) return '';
  const ratio = ratioOf(comparison);
  return (moreIsBetter ? ratio >= budget : ratio <= budget) ? 'pass' : 'fail';
}

/** A table in Markdown. */
export function markdownOf(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((each) => {
    const { what, measured, floor, unit, budget, moreIsBetter } = each;
    const bound = budget === undefined ? '' : `${moreIsBetter ? '≥' : '≤'} ${budget}`;
    const numbers = [`${measured.toFixed(2)} ${unit}`, `${floor.toFixed(2)} ${unit}`];
    return `| ${[what, ...numbers, ratioOf(each).toFixed(2), bound, verdictOf(each)].join(' | ')} |`;
  });
  const head = ['| what | lockstep | floor | ratio | budget | |', '| --- | --- | --- | --- | --- | --- |'];
  return `${[...head, ...rows].join('\n')}\n`;
}
