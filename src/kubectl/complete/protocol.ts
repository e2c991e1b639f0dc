import type { Candidate, Offer } from './candidates.ts';

/** Bits of a directive: what the shell does after the candidates. */
const NO_SPACE = 2;
const NO_FILES = 4;

/** The person goes on in the same word: `deployment/`, `jsonpath=`. */
const GOES_ON = /[/=]$/;

/**
 * The answer to a shell: a candidate a line, with a tab before what is said about it, and then `:DIRECTIVE`.
 * @param typed what the person has written of the word
 * @param found names that a cluster or a kubeconfig has said
 * @see https://github.com/spf13/cobra/blob/main/site/content/completions/_index.md
 */
export function answerText(
  { candidates, prefix = '', files }: Offer,
  typed: string,
  found: readonly string[],
): string {
  const all: readonly Candidate[] = [...candidates, ...found.map((name) => ({ word: `${prefix}${name}` }))];
  const fitting = all.filter(({ word }) => word.startsWith(typed));
  const lines = fitting.map(({ word, about }) => (about === undefined ? word : `${word}\t${about}`));
  const goesOn = fitting.every(({ word }) => GOES_ON.test(word));
  const directive = files ? 0 : NO_FILES + (goesOn && fitting.length > 0 ? NO_SPACE : 0);
  return [...lines, `:${directive}`, ''].join('\n');
}
