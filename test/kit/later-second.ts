import { eventually } from '../../lab/control-plane/eventually.ts';

/**
 * Waits until the clock stands in a later second than then: the API's times have steps of a second, and what happens from now
 * on has a later one.
 * @param since milliseconds since the epoch; default: now
 */
export const laterSecond = (since = Date.now()): Promise<true> =>
  eventually(() => Date.now() - since > 1000, { what: 'a later second' });
