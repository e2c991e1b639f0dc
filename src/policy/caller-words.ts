import { truncate, USER_IN_LOG } from './wording.ts';

/** Who makes a call, and what it does: `scaling deployment/web from 2 to 5`. */
export interface Caller {
  /** As the review says. Undefined: it does not. */
  readonly user: string | undefined;
  readonly does: string;
}

/** A name on one line of a terminal: an identity provider may give it any character. */
export const userName = (user: string): string => truncate(user.replaceAll(/\p{C}/gu, '?'), USER_IN_LOG);

/** ` (by alice scaling deployment/web from 2 to 5)`, to append to what the call led to. */
export const callerWords = ({ user, does }: Caller): string =>
  user ? ` (by ${userName(user)} ${does})` : ` (by ${does})`;
