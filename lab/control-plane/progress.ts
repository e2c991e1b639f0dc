/** Reports tasks that take long. */
export interface Progress {
  /** Begins a task. Call the returned function when the task is over. */
  begin(task: string): (outcome: 'done' | 'failed') => void;
}

const elapsed = (since: number): string => `${Math.round((performance.now() - since) / 1000)} s`;

/**
 * Reports on stderr. On a terminal: one line that counts the seconds. Elsewhere (CI): a line at the start, at
 * every half minute and at the end, because some CI systems end a silent job.
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
