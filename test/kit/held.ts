import { HOLD_UNTIL_CONFIGURED } from '../../src/marks/names.ts';

/** The annotation of a pod template whose pods are not made before what they need exists. */
export const HOLD = { [HOLD_UNTIL_CONFIGURED]: 'true' };

/** The workload, with these annotations on its pod template. */
export function holding(workload: object, annotations: Readonly<Record<string, string>> = HOLD): object {
  const { spec, ...rest } = Object(workload);
  const { metadata, ...template } = spec.template;
  const all = { ...metadata?.annotations, ...annotations };
  return {
    ...rest,
    spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations: all } } },
  };
}
