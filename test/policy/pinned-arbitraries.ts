import fc from 'fast-check';
import { type ConfigState, configState, v1 } from '../../src/digest/format.ts';
import type { Bringer } from '../../src/marks/bringer.ts';
import { type Marks, marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import type { Facts, PinFacts } from '../../src/policy/decision.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { lacksIn, needsOf } from './lacks-arbitrary.ts';

const ids = ['configmap/app', 'configmap/more'];
const states = fc
  .dictionary(fc.constantFrom(...ids), fc.constantFrom('absent', 'a'.repeat(64), 'b'.repeat(64)))
  .map((of) => configState(new Map(Object.entries(of)), v1()));
const someIds = fc.subarray(ids);
const rescoped = fc.dictionary(fc.constantFrom(...ids), fc.constantFrom('less', 'other', 'unknown'));
const list = fc.constantFrom(undefined, 'configmap/app', 'configmap/app, configmap/more', 'nonsense');
const held = fc.constantFrom(undefined, 'held', 'other');
const marksOf = ([state, pinned, by]: [ConfigState, string | undefined, string | undefined]): Marks => ({
  ...marksOfState(state, pinned),
  held: by,
});
const marks = fc.oneof(fc.constant(NO_MARKS), fc.tuple(states, list, held).map(marksOf));
const pins = fc.record({
  asked: fc.boolean(),
  pinnedText: list.filter((text) => text !== 'nonsense'),
  newHoldText: fc.constant('now'),
  continuedHoldText: fc.constant('on'),
  held: fc.boolean(),
  restorable: fc.boolean(),
  ofRevision: fc.boolean(),
});

/** What the call is about, and what else the request may bring. */
const given = fc.record({
  operation: fc.constantFrom(...OPERATIONS),
  bringer: fc.constantFrom<Bringer>('request', 'manifest', 'earlier-turn'),
  templateChanged: fc.boolean(),
  undoBringsMetadata: fc.boolean(),
  own: fc.option(states, { nil: undefined }),
  pinned: list,
  brought: fc.oneof(marks, fc.constantFrom('as before', 'not held' as const)),
  against: states,
  live: fc.oneof(states, fc.constantFrom('own' as const, 'against' as const)),
  rescoped,
  required: someIds,
  idle: fc.boolean(),
  mayRoll: fc.boolean(),
  stage: fc.constantFrom(undefined, undefined, 'rollout-aborted' as const, 'rollout-under-way' as const),
  needs: needsOf(ids),
  staleHeld: held,
  pin: fc.option(pins, { nil: undefined }),
});

/** Possible facts, and the workload's own configuration: what its pods hold. */
export type Given = { facts: Facts; own: ConfigState | undefined };
export const givens: fc.Arbitrary<Given> = given.map(
  ({ own: pods, pinned, against, staleHeld, brought, needs, ...of }) => {
    const created = of.operation === 'create';
    const own = created ? undefined : pods;
    // No workload is held against its own configuration.
    const isHeld = of.pin?.held === true && own !== undefined && against.hash !== own.hash;
    const before = own ? { ...marksOfState(own, pinned), held: isHeld ? 'held' : staleHeld } : NO_MARKS;
    const live = of.live === 'own' ? (own ?? against) : of.live === 'against' ? against : of.live;
    const asked =
      typeof brought === 'object'
        ? brought
        : brought === 'as before'
          ? before
          : { ...before, held: undefined };
    const isOfTemplate = created || of.operation === 'update';
    const templateChanged = created || (isOfTemplate && of.templateChanged);
    const now = isOfTemplate ? asked : before;
    // Only the removal of the annotation ends it.
    const takenAway = isHeld && !templateChanged && now.hash === before.hash && now.held === undefined;
    const stillHeld = isHeld && !takenAway;
    const pin: PinFacts | undefined = of.pin && {
      ...of.pin,
      held: stillHeld,
      pinnedText: of.pin.asked ? of.pin.pinnedText : undefined,
    };
    const facts: Facts = {
      ...of,
      templateChanged,
      marks: now,
      marksBefore: before,
      recorded: stillHeld ? against : own,
      recordedFormat: own && 'known',
      live,
      liveAsRecorded: own && live,
      lacks: lacksIn(live, needs),
      pin: pin && (pin.asked || pin.held) ? pin : undefined,
    };
    return { facts, own };
  },
);
