import { eventually } from '../../lab/control-plane/eventually.ts';

/**
 * Waits until the clock shows a later second than `since`. Times of the API have steps of a second, so later
 * events then have a later time.
 * @param since milliseconds since the epoch. Default: now
 */
export const laterSecond = (since = Date.now()): Promise<true> =>
  eventually(() => Date.now() - since > 1000, { what: 'a later second' });
