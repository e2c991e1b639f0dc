/** What a lockstep has counted, by its metrics. */
export interface Scrape {
  /** The sum of the series of a metric with these labels. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
  /** The values of a label of a metric, with the sum of each. */
  by(name: string, label: string): ReadonlyMap<string, number>;
}

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;

function seriesOf(text: string) {
  return text.split('\n').flatMap((line) => {
    const [, name, labelText = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    const labels = Object.fromEntries([...labelText.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
    return [{ name, labels, value: Number(value) }];
  });
}

export async function scrape({ adminPort }: { readonly adminPort: number }): Promise<Scrape> {
  const series = seriesOf(await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text());
  const of = (name: string) => series.filter((each) => each.name === name);
  const total = (some: ReturnType<typeof of>) => some.reduce((sum, { value }) => sum + value, 0);
  return {
    sum(name, labels = {}) {
      const wanted = Object.entries(labels);
      return total(of(name).filter((each) => wanted.every(([label, value]) => each.labels[label] === value)));
    },
    by(name, label) {
      const groups = Map.groupBy(of(name), ({ labels }) => labels[label] ?? '');
      return new Map([...groups].map(([value, some]) => [value, total(some)]));
    },
  };
}

const SECONDS = 'lockstep_review_duration_seconds_bucket';

/**
 * The time within which 99 % of the reviews between two scrapes were answered, in milliseconds: the bound of the
 * histogram's bucket, so it may have been less.
 */
export function p99Between(before: Scrape, after: Scrape): number {
  const earlier = before.by(SECONDS, 'le');
  const buckets = [...after.by(SECONDS, 'le')].map(
    ([bound, count]) =>
      [Number(bound.replace('+Inf', 'Infinity')), count - (earlier.get(bound) ?? 0)] as const,
  );
  const sorted = buckets.toSorted(([a], [b]) => a - b);
  const all = sorted.at(-1)?.[1] ?? 0;
  return 1000 * (sorted.find(([, count]) => count >= 0.99 * all)?.[0] ?? 0);
}
