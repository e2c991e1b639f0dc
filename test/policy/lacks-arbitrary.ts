import fc from 'fast-check';
import type { ConfigState } from '../../src/digest/format.ts';
import type { Lack, Lacks } from '../../src/policy/lacks.ts';

type Needs = Readonly<Record<string, 'source' | 'counted key' | 'other key'>>;

/** Which of these sources pods need, and which keys they lack if it exists. */
export const needsOf = (ids: readonly string[]): fc.Arbitrary<Needs> =>
  fc.dictionary(fc.constantFrom(...ids), fc.constantFrom('source', 'counted key', 'other key'));

/** What pods with these needs lack now. */
export function lacksIn({ sources }: ConfigState, needs: Needs): Lacks {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([id, digest]): [string, Lack][] => {
      const need = needs[id];
      if (!need) return [];
      if (digest === 'absent') return [[id, { what: 'source' }]];
      return need === 'source' ? [] : [[id, { what: 'keys', keys: ['k'], counted: need === 'counted key' }]];
    }),
  );
}
