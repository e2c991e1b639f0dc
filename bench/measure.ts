/** Times of each kind of call, in milliseconds, by its name, in the order of the first measurement. */
export type Times = Map<string, number[]>;

export const percentile = (times: readonly number[], p: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * p)] ?? 0;

export async function timeCall(times: Times, name: string, act: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await act();
  const took = performance.now() - started;
  const before = times.get(name);
  if (before) before.push(took);
  else times.set(name, [took]);
}

/** One line for each kind of call. The ratio compares its median with that of the first kind. */
export function tableOf(times: Times): string {
  const width = Math.max(...[...times.keys()].map((name) => name.length));
  const base = percentile([...times.values()][0] ?? [], 0.5);
  return [...times]
    .map(([name, all]) => {
      const [p50, p99] = [percentile(all, 0.5), percentile(all, 0.99)];
      const ratio = (p50 / base).toFixed(1);
      const both = `p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`;
      return `${name.padEnd(width)}  ${both}  p50 ratio ${ratio}\n`;
    })
    .join('');
}
