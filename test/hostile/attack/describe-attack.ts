import type { Attack } from './steps.ts';

/** An attack as lines to read. Long texts are cut. The seed and the number of the case give the whole input. */
export function describeAttack({ family, space, tenants }: Attack): string[] {
  const labels = space.kind === 'own' ? ` labelled ${JSON.stringify(space.labels)}` : ', which is excluded';
  return [
    `family ${family}, in a namespace${labels}`,
    ...tenants.flatMap((steps, i) => steps.map((step) => `tenant ${i + 1}: ${JSON.stringify(step, cut)}`)),
  ];
}

const LONGEST = 80;
function cut(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= LONGEST) return value;
  return `${value.slice(0, LONGEST)}… (${value.length} characters)`;
}
