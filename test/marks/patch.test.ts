import fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { expect, test } from 'vitest';
import { marksOf } from '../../src/marks/marks.ts';
import { jsonPatchOf, mergePatchOf } from '../../src/marks/patch.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

const annotations = fc.option(
  fc.dictionary(fc.constantFrom('a', 'b/c', 'd~e', 'lockstep.dev/config-hash'), fc.string()),
  { nil: undefined },
);
const mark = fc.option(fc.string(), { nil: undefined });

test('the patch gives the wanted object, including unknown fields', () => {
  fc.assert(
    fc.property(
      annotations,
      annotations,
      fc.record({ hash: mark, sources: mark, pinned: mark, baseline: mark, held: mark }),
      fc.jsonValue(),
      (onWorkload, onTemplate, marks, unknown) => {
        const before = {
          ...deployment({
            ...(onWorkload && { annotations: onWorkload }),
            ...(onTemplate && { template: onTemplate }),
          }),
          unknown,
        };
        const patch = jsonPatchOf(viewOf(before), marks);
        const after = jsonpatch.applyPatch(structuredClone(before), patch).newDocument;
        expect(after).toEqual(withMarks(before, marks));
        expect(marksOf(viewOf(after))).toEqual(marks);
        expect(after.unknown).toEqual(unknown);
        expect(jsonPatchOf(viewOf(after), marks)).toEqual([]);
      },
    ),
  );
});

/** RFC 7396, section 2. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = new Map(Object.entries(typeof target === 'object' && target !== null ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

test('the merge patch gives the wanted object, for any marks and annotations before it', () => {
  fc.assert(
    fc.property(
      annotations,
      annotations,
      fc.record({ hash: mark, sources: mark, pinned: mark, baseline: mark, held: mark }),
      (onWorkload, onTemplate, marks) => {
        const before = deployment({
          ...(onWorkload && { annotations: onWorkload }),
          ...(onTemplate && { template: onTemplate }),
        });
        // No annotations and an empty set of them are the same to the API server.
        const filled = deployment({ annotations: onWorkload ?? {}, template: onTemplate ?? {} });
        expect(merged(before, mergePatchOf(DEPLOYMENT, marks))).toEqual(withMarks(filled, marks));
      },
    ),
  );
});
