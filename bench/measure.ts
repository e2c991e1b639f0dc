/** Times of one kind of call, in milliseconds, by its name; in the order in which they are told of. */
export type Times = Map<string, number[]>;

const percentile = (times: readonly number[], p: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * p)] ?? 0;

export async function timed(times: Times, name: string, act: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await act();
  const took = performance.now() - started;
  times.set(name, [...(times.get(name) ?? []), took]);
}

/** A line for each kind of call, its median as a ratio to that of the first. */
export function table(times: Times): string {
  const width = Math.max(...[...times.keys()].map((name) => name.length));
  const base = percentile([...times.values()][0] ?? [], 0.5);
  return [...times]
    .map(([name, all]) => {
      const [p50, p99] = [percentile(all, 0.5), percentile(all, 0.99)];
      const ratio = (p50 / base).toFixed(1);
      return `${name.padEnd(width)}  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  p50 ratio ${ratio}\n`;
    })
    .join('');
}
