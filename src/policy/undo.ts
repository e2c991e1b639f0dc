import { parsePinned } from '../copies/pins.ts';
import type { Marks } from '../marks/marks.ts';
import type { Facts } from './decision.ts';

/**
 * Whether the request's marks are the user's word. Those of a manifest are not, nor those of another workload that
 * a controller copies, nor lockstep's own from an earlier turn. The request then counts as if it had the marks
 * from before.
 */
function isUsersWord({ bringer, pin, operation }: Facts): boolean {
  // A workload that is created has no revisions of its own, also if it adopts one.
  return bringer === 'request' && pin?.ofRevision !== false && operation !== 'create';
}

/**
 * Whether the request means to change the template. A request that adds the live hash to a template without one
 * does. With copies the hash says which copies the pods read. So a request that brings another hash changes
 * the template, too, if this is the live hash or if its copies can be restored.
 */
export function changesTemplate(facts: Facts): boolean {
  const { templateChanged, marksBefore, marks, live, pin, bringer } = facts;
  if (templateChanged) return true;
  if (marks.hash === undefined || marks.hash === marksBefore.hash) return false;
  if (marksBefore.hash === undefined) return marks.hash === live.hash && bringer !== 'earlier-turn';
  if (!pin || !isUsersWord(facts)) return false;
  // The live hash ends a hold, with copies or without.
  if (pin.held && marks.hash === live.hash) return true;
  return pin.asked && bringsCopies(marks) && (marks.hash === live.hash || pin.restorable === true);
}

const bringsCopies = ({ pinned }: Marks) => parsePinned(pinned).length > 0;

/**
 * Whether an old template comes back. The request then carries a hash that is neither the earlier one nor the
 * live one.
 */
export function isUndo(facts: Facts): boolean {
  const { marks, marksBefore, live } = facts;
  if (!isUsersWord(facts)) return false;
  if (marks.hash === undefined || marksBefore.hash === undefined || marks.hash === live.hash) return false;
  if (marks.hash !== marksBefore.hash) return true;
  return mayUndoWithinHold(facts) && bringsHeld(facts);
}

/** Whether a held workload gets another template with the same hash. It is a new one, or that of another hold. */
function mayUndoWithinHold({ marks, marksBefore, live, pin, templateChanged }: Facts): boolean {
  return pin?.held === true && templateChanged && marks.hash === marksBefore.hash && marks.hash !== live.hash;
}

/**
 * Whether the other template is that of another hold. `kubectl rollout undo` of a Deployment replaces the workload's
 * annotations, too. Of the other kinds, it leaves them as they are, and only the revisions tell.
 */
function bringsHeld({ marks, marksBefore, pin, undoBringsMetadata }: Facts): boolean {
  return undoBringsMetadata ? marks.held !== marksBefore.held : pin?.ofRevision === true;
}

/** Whether this is an undo that can be held if the copies exist that the request's marks name. */
export function isUndoToCopies(facts: Facts): boolean {
  return facts.pin?.asked === true && bringsCopies(facts.marks) && isUndo(facts);
}

/** Whether the request's marks matter only if they are those of a revision of this workload. */
export function needsRevisions(facts: Facts): boolean {
  const { pin, marks, marksBefore } = facts;
  if (!pin || pin.ofRevision !== undefined) return false;
  if (!facts.undoBringsMetadata && isUsersWord(facts) && mayUndoWithinHold(facts)) return true;
  return isUndoToCopies(facts) || (marks.hash !== marksBefore.hash && endsAtLive(facts));
}

/** Whether the request brings the live hash to a template with another one, for the sake of copies. */
function endsAtLive(facts: Facts): boolean {
  return !facts.templateChanged && facts.marksBefore.hash !== undefined && changesTemplate(facts);
}
