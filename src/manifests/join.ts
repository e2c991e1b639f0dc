/** The text of one file, and what matters about its beginning. */
export interface Piece {
  readonly text: string;
  /** Its first document begins with `---`; true also where it has none. */
  readonly explicit: boolean;
}

/**
 * Directives (`%YAML`) may stand only at the beginning, or behind a document that has been ended with
 * `...`.
 */
function opening({ text, explicit }: Piece, eol: string): string {
  if (/^%/m.test(text.split(/^---/m)[0] ?? '')) return `...${eol}`;
  return explicit ? '' : `---${eol}`;
}

/** Puts the texts of files together to one stream of documents. One file alone stays as it is. */
export function joinTexts(pieces: readonly Piece[]): string {
  const [first, ...rest] = pieces.filter(({ text }) => text.trim() !== '');
  if (!first) return pieces.map(({ text }) => text).join('');
  if (rest.length === 0) return first.text;
  // kubectl takes a stream that begins with a brace for JSON only, which knows no separators.
  const start = /^\uFEFF?\s*\{/.test(first.text) ? `---\n${first.text.replace(/^\uFEFF/, '')}` : first.text;
  return rest.reduce((all, piece) => {
    const eol = /\r?\n/.exec(piece.text)?.[0] ?? '\n';
    const end = all.endsWith('\n') ? '' : eol;
    return all + end + opening(piece, eol) + piece.text.replace(/^\uFEFF/, '');
  }, start);
}
