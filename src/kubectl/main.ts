import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { type Io, terminalOf } from './io.ts';
import { runKubectl } from './program.ts';

/** Ctrl-C, as shells count it. */
const INTERRUPTED = 130;

/** The streams of this process. */
function processIo(signal: AbortSignal): Io {
  const { stdin, stdout, stderr, env } = process;
  // The reader may stop early (`| head`).
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    stderr.write(`error: cannot write the output: ${error.message}\n`);
    process.exit(2);
  });
  return {
    out: (output) => void stdout.write(output),
    err: (output) => void stderr.write(output),
    data: (output) => void stdout.write(output),
    move: (output) => void stderr.write(output),
    async ask(question) {
      if (!stdin.isTTY) return undefined;
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question, { signal });
      } finally {
        lines.close();
      }
    },
    readInput: () => text(stdin),
    env,
    terminal: terminalOf(env, stdout, stderr),
    signal,
  };
}

/** Runs the command that this process was started with. */
export async function runProcess(): Promise<void> {
  const ended = new AbortController();
  process.once('SIGINT', () => ended.abort());
  process.exitCode = await runKubectl(process.argv.slice(2), processIo(ended.signal));
  if (ended.signal.aborted) process.exitCode = INTERRUPTED;
}
