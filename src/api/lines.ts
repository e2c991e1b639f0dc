const NEWLINE = 0x0a;

/**
 * The lines of a body, as they come in. Memory holds one line at a time.
 * @param mostBytes a longer line is dropped while it comes in, and is undefined
 */
export async function* linesOf(
  body: AsyncIterable<Buffer>,
  mostBytes: number,
): AsyncGenerator<Buffer | undefined, void> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer) => {
    bytes += part.length;
    // A line that is too long keeps its length only.
    if (bytes <= mostBytes) parts.push(part);
    else parts = [];
  };
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, end));
      const line = bytes <= mostBytes ? Buffer.concat(parts) : undefined;
      [parts, bytes, from] = [[], 0, end + 1];
      yield line;
    }
    add(chunk.subarray(from));
  }
  // What comes after the last newline is a line that was cut off. It is no event.
}
