/** Somewhere to say what takes long. */
export interface Progress {
  /** Begins a task; call what it returns when the task is over. */
  begin(task: string): (outcome: 'done' | 'failed') => void;
}

const elapsed = (since: number): string => `${Math.round((performance.now() - since) / 1000)} s`;

/**
 * Reports on stderr: one line that counts the seconds on a terminal; elsewhere (CI) a line at the start, at every half
 * minute (some CI systems end a job that says nothing) and at the end.
 */
export function stderrProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const terminal = stream.isTTY === true && process.env['CI'] === undefined;
  const line = terminal
    ? (text: string) => stream.write(`\r\u001b[K${text}`)
    : (text: string) => stream.write(`${text}\n`);
  return {
    begin: (task) => {
      const start = performance.now();
      line(`${task} ...`);
      const timer = setInterval(() => line(`${task} ... ${elapsed(start)}`), terminal ? 1_000 : 30_000);
      timer.unref();
      return (outcome) => {
        clearInterval(timer);
        line(`${task}: ${outcome}, ${elapsed(start)}${terminal ? '\n' : ''}`);
      };
    },
  };
}
