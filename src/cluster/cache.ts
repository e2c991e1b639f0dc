import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/**
 * The memory of an entry beside its texts, in bytes: its key, the cache's own lists, and the objects of the value.
 */
const BYTES_PER_ENTRY = 450;
/** V8 stores a text that is not Latin-1 with two bytes for each character. */
const BYTES_PER_CHARACTER = 2;

/** A cache that forgets what has not been used for longest, once it takes more memory than it may. */
export interface ByteCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  /** In bytes, about. */
  readonly size: number;
}

/** A key may be as long as a review's names, so its digest stands for it. */
const digestOf = (key: string): string => hash('sha256', key, 'base64');

/**
 * @param bytes the most memory that it takes, about
 * @param charactersOf the number of characters of all texts in a value
 */
export function byteCache<V extends object>(bytes: number, charactersOf: (value: V) => number): ByteCache<V> {
  const cache = new LRUCache<string, V>({
    maxSize: bytes,
    sizeCalculation: (value) => BYTES_PER_ENTRY + BYTES_PER_CHARACTER * charactersOf(value),
  });
  return {
    get: (key) => cache.get(digestOf(key)),
    set: (key, value) => void cache.set(digestOf(key), value),
    delete: (key) => void cache.delete(digestOf(key)),
    get size() {
      return cache.calculatedSize;
    },
  };
}
