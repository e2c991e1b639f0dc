/**
 * Makes this process's clock wrong, as if its node had no NTP. `performance.now()` stays right, as a monotonic
 * clock does.
 * @param ahead by how many milliseconds. A function: the clock is set again and again
 */
export function shiftClock(ahead: number | (() => number)): void {
  const aheadMs = typeof ahead === 'number' ? () => ahead : ahead;
  const RightDate = Date;
  globalThis.Date = new Proxy(RightDate, {
    construct: (_, args, newTarget) =>
      Reflect.construct(RightDate, args.length === 0 ? [RightDate.now() + aheadMs()] : args, newTarget),
    apply: () => new RightDate(RightDate.now() + aheadMs()).toString(),
    get: (target, key, receiver) =>
      key === 'now' ? () => RightDate.now() + aheadMs() : Reflect.get(target, key, receiver),
  });
}
