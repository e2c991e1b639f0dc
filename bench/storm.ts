import { p99Between, type Scrape } from './scrape.ts';

/** What a storm took. */
export interface Storm {
  readonly storm: string;
  readonly seconds: number;
  readonly reviews: number;
  /** By webhook. */
  readonly of: Readonly<Record<string, number>>;
  readonly reads: number;
  readonly writes: number;
  readonly callsPerReview: number;
  /** Of each ConfigMap that a reviewed workload uses. 1: no read is shared. */
  readonly readsPerSource: number;
  /** The bound of a bucket, in milliseconds. */
  readonly p99: number;
  readonly notChecked: number;
}

const REVIEWS = 'lockstep_reviews_total';
const CALLS = 'lockstep_api_requests_total';

/** @param sources how many ConfigMaps each workload uses */
export function stormOf(
  name: string,
  sources: number,
  seconds: number,
  before: Scrape,
  after: Scrape,
): Storm {
  const grown = (metric: string, labels?: Readonly<Record<string, string>>) =>
    after.sum(metric, labels) - before.sum(metric, labels);
  const webhooks = [...after.by(REVIEWS, 'webhook').keys()];
  const of = webhooks.map((webhook) => [webhook, grown(REVIEWS, { webhook })] as const);
  const reviews = grown(REVIEWS);
  const ofWorkloads = grown(REVIEWS, { webhook: 'scale' }) + grown(REVIEWS, { webhook: 'template' });
  const writes = grown(CALLS, { verb: 'patch' });
  const calls = grown(CALLS);
  return {
    storm: name,
    seconds,
    reviews,
    of: Object.fromEntries(of.filter(([, count]) => count > 0)),
    reads: calls - writes,
    writes,
    callsPerReview: calls / reviews,
    readsPerSource: grown(CALLS, { resource: 'configmaps' }) / (sources * ofWorkloads),
    p99: p99Between(before, after),
    notChecked: grown(REVIEWS, { decision: 'fail' }) + grown(REVIEWS, { decision: 'deny' }),
  };
}
