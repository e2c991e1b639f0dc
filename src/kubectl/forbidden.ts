import { refusedStatus } from '../api/errors.ts';
import type { Session } from './session.ts';

/**
 * Whether the person may not do what was asked. An API server that is in trouble does not say so: its error must not
 * become a word about rights.
 */
export const isForbidden = (error: unknown): boolean => refusedStatus(error) === 403;

/**
 * Reads something, or gives something else where the person may not.
 * @throws whatever else the read throws
 */
export async function unlessForbidden<T, F>(
  { signal }: Pick<Session, 'signal'>,
  read: () => Promise<T>,
  otherwise: F,
): Promise<T | F> {
  try {
    return await read();
  } catch (error) {
    if (isForbidden(error) && !signal.aborted) return otherwise;
    throw error;
  }
}
