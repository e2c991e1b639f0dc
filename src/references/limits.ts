/**
 * How much one review may ask of lockstep. A workload beyond a limit is not checked, and the answer comes at
 * once. The API server shows webhooks objects of up to 3 MiB, before it validates them, and in dry runs too. So
 * nothing but these limits bounds the work of a review.
 */
export const LIMITS = {
  /**
   * ConfigMaps and Secrets that a template refers to. Each is a read, which costs 1 ms of a core or so, and a few
   * are under way at a time. So 1,000 take 1 to 2 s, and the deadline is 4 s. Workloads have 2 or 3, and large ones
   * have 50.
   */
  sources: 1_000,
  /**
   * Whatever makes work in a template: environment entries and volumes that refer to a source, items of volumes,
   * and mounts. Each costs some microseconds, so 5,000 take 20 ms. A large Deployment has 500. One of 1.5 MiB, the
   * most that etcd takes, has room for 15,000.
   */
  places: 5_000,
  /**
   * Keys that all references use together. A projected volume repeats the keys of its mounts for each of its
   * sources, so 5,000 places could make 6,000,000 keys.
   */
  keys: 10_000,
  /**
   * Characters of all names, keys and paths in these places, and also of all used keys. A name or a key has 253 at
   * most, and usually 20. 5,000 places with 100 each take half of it.
   */
  characters: 1024 * 1024,
  /** Different entries in one `lockstep.dev/ignore`, `only` or `include`. One with a `*` stands for many names. */
  patterns: 100,
  /**
   * Comparisons of a text with a piece of a pattern, where a `*` separates the pieces. The limit holds for all
   * references of a review together, and for each source that is digested. One takes 20 ns, so they take 20 ms.
   * With 100 patterns such as `*.log`, a ConfigMap may have 5,000 keys. Patterns without a `*` are looked up,
   * and take none.
   */
  comparisons: 1_000_000,
} as const;

/**
 * Reads of one review that are under way at a time. All reviews share 32 connections to the API server. So a
 * review of 1,000 sources leaves room for others, and a review of 10 waits for nothing.
 */
export const READS_AT_ONCE = 10;
