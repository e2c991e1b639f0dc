import { COPY_LABEL, COPY_OF } from '../marks/names.ts';

/**
 * What is wrong with an object that has the name of a copy.
 * - `mutable`: it is not immutable
 * - `other-note`: its note is missing, or names another copy
 * - `unknown-key`: the key of its digest is not known, so it cannot be checked
 * - `extra-keys`: it holds keys that its note lacks
 * - `other-content`: it does not hold what its digest says
 * - `other-seal`: it is a copy, but not the one that the template means
 * - `same-short-digest`: it is a copy of another content, and only the short digest is the same
 * - `other-owner`: the Job that it is named after does not own it
 * - `no-label`: it lacks the label of copies
 * - `no-key`: its digest was made without the key, so anybody can have made it
 * - `acted-on`: Kubernetes itself acts on Secrets of its type
 */
export type Flaw =
  | {
      readonly is:
        | 'mutable'
        | 'other-note'
        | 'unknown-key'
        | 'extra-keys'
        | 'other-content'
        | 'other-seal'
        | 'same-short-digest'
        | 'other-owner'
        | 'no-label'
        | 'no-key';
    }
  | { readonly is: 'acted-on'; readonly type: string };

/** The flaw as a part of a sentence, for the user. */
export function flawText(flaw: Flaw): string {
  switch (flaw.is) {
    case 'mutable':
      return 'it is not immutable';
    case 'other-note':
      return `its annotation ${COPY_OF} does not name it`;
    case 'unknown-key':
      return 'the key of its digest is not known';
    case 'extra-keys':
      return `it holds keys that its annotation ${COPY_OF} lacks`;
    case 'other-content':
      return 'its content does not match its digest';
    case 'other-seal':
      return 'its digest is not the one that the template was made with';
    case 'same-short-digest':
      return 'it holds another content with the same short digest';
    case 'other-owner':
      return 'the job that it is named after does not own it';
    case 'no-label':
      return `it lacks the label ${COPY_LABEL}`;
    case 'no-key':
      return 'its digest was made without the key';
    case 'acted-on':
      return `Kubernetes itself acts on Secrets of the type ${flaw.type}`;
    default:
      return flaw satisfies never;
  }
}
