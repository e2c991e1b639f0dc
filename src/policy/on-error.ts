/** What becomes of a call that could not be checked: it goes through with a warning, or it is refused. */
export const ON_ERROR = ['allow', 'deny'] as const;
export type OnError = (typeof ON_ERROR)[number];
