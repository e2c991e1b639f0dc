/** The text of one file, and how it begins. */
export interface Piece {
  readonly text: string;
  /** Whether its first document begins with `---`; also true for a file without documents. */
  readonly explicit: boolean;
}

/**
 * The text between the stream and this file. Directives (`%YAML`) may stand
 * only at the beginning of a stream, or behind a document that ends with `...`.
 */
function separatorOf({ text, explicit }: Piece, eol: string): string {
  if (/^%/m.test(text.split(/^---/m)[0] ?? '')) return `...${eol}`;
  return explicit ? '' : `---${eol}`;
}

/** The texts of several files as one stream of documents. A single file stays as it is. */
export function joinedText(pieces: readonly Piece[]): string {
  const [first, ...rest] = pieces.filter(({ text }) => text.trim() !== '');
  if (!first) return pieces.map(({ text }) => text).join('');
  if (rest.length === 0) return first.text;
  // kubectl reads a stream that begins with a brace as JSON only, and JSON has no separators.
  const start = /^\uFEFF?\s*\{/.test(first.text) ? `---\n${first.text.replace(/^\uFEFF/, '')}` : first.text;
  return rest.reduce((all, piece) => {
    const eol = /\r?\n/.exec(piece.text)?.[0] ?? '\n';
    const end = all.endsWith('\n') ? '' : eol;
    return all + end + separatorOf(piece, eol) + piece.text.replace(/^\uFEFF/, '');
  }, start);
}
