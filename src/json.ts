/** Parses JSON; undefined if the text is not JSON. The parser's own message would quote the text. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
