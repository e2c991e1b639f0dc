import { styleText } from 'node:util';
import { say } from './show.ts';
import type { Act } from './stories.ts';

/** What the ConfigMap holds after the edit of each story. */
const EDITED = '2';

/** `a=1 and a=2`. */
export const listed = (values: readonly string[]): string =>
  values.map((value) => `a=${value}`).join(' and ');

/**
 * Says how a scene came out. Pods that are pinned are alike, but they may hold an older configuration than the
 * present one.
 */
export function sayVerdict(values: readonly string[], { labels }: Act, evidence: string): void {
  const isMixed = values.length > 1;
  const isBehind = !isMixed && !labels && values[0] !== EDITED;
  const verdict = isMixed ? 'MIXED' : isBehind ? 'BEHIND' : labels ? 'ALIKE' : 'IN STEP';
  say(styleText(isMixed || isBehind ? 'red' : 'green', `  Verdict: ${verdict}. ${evidence}.`));
}
