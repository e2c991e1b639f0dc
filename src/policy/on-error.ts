/** The answer to a call that could not be checked: allow it with a warning, or deny it. */
export const ON_ERROR = ['allow', 'deny'] as const;
export type OnError = (typeof ON_ERROR)[number];
