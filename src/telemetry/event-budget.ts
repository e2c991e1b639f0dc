import { LRUCache } from 'lru-cache';

/** How many Events somebody may cause: at once, and how long until one more may follow. */
interface Allowance {
  readonly burst: number;
  readonly refillMs: number;
}

/** As the recorder of client-go, which Kubernetes' own controllers use (`EventSourceObjectSpamFilter`). */
const PER_OBJECT: Allowance = { burst: 25, refillMs: 300_000 };

/**
 * An Event takes 1.5 KiB in etcd, and stays for an hour. So a namespace has 3,800 of them at most from one replica, or
 * 6 MB.
 */
const PER_NAMESPACE: Allowance = { burst: 200, refillMs: 1_000 };

/** Each takes some 200 bytes. One that is forgotten begins with a full allowance. */
const MOST_BUCKETS = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Limits how many Events are recorded. */
export interface EventBudget {
  /** Whether one more may be recorded. If so, it counts. */
  take(namespace: string, object: string): boolean;
}

function refilled(bucket: Bucket | undefined, { burst, refillMs }: Allowance, nowMs: number): Bucket {
  if (!bucket) return { tokens: burst, atMs: nowMs };
  const gained = Math.floor((nowMs - bucket.atMs) / refillMs);
  // The rest of the time counts for the next token.
  return { tokens: Math.min(burst, bucket.tokens + gained), atMs: bucket.atMs + gained * refillMs };
}

/** @param now in milliseconds, by a clock that nobody sets */
export function eventBudget(now = () => performance.now()): EventBudget {
  const objects = new LRUCache<string, Bucket>({ max: MOST_BUCKETS });
  const namespaces = new LRUCache<string, Bucket>({ max: MOST_BUCKETS });
  return {
    take(namespace, object) {
      const key = `${namespace} ${object}`;
      const ofObject = refilled(objects.get(key), PER_OBJECT, now());
      const ofNamespace = refilled(namespaces.get(namespace), PER_NAMESPACE, now());
      // An object that may record no more takes nothing from the others of its namespace.
      const isFree = ofObject.tokens > 0 && ofNamespace.tokens > 0;
      if (isFree) {
        ofObject.tokens -= 1;
        ofNamespace.tokens -= 1;
      }
      objects.set(key, ofObject);
      namespaces.set(namespace, ofNamespace);
      return isFree;
    },
  };
}
