/** A part of the policy in force for a workload, and where it comes from. */
export interface PolicyRow {
  readonly setting: string;
  readonly value: string;
  /** `label lockstep.dev/inject of the workload`, `injectDefault of the chart`. */
  readonly from: string;
}

/** A value of the chart. */
export const chart = (value: string): string => `${value} of the chart`;
/** What a workload says itself. */
export const ofWorkload = (name: string, what = 'annotation'): string => `${what} ${name} of the workload`;
