import { expect, test } from 'vitest';
import { type Flaw, flawText } from '../../src/copies/flaw.ts';

test.each<[Flaw['is'], string]>([
  ['mutable', 'it is not immutable'],
  ['other-note', 'its annotation lockstep.dev/copy-of does not name it'],
  ['unknown-key', 'the key of its digest is not known'],
  ['extra-keys', 'it holds keys that its annotation lockstep.dev/copy-of lacks'],
  ['other-content', 'its content does not match its digest'],
  ['other-seal', 'its digest is not the one that the template was made with'],
  ['same-short-digest', 'it holds another content with the same short digest'],
  ['acted-on', 'Kubernetes itself acts on Secrets of the type a/b'],
])('the flaw %s has words for the user', (is, text) => {
  expect(flawText({ is, type: 'a/b' })).toBe(text);
});
