/** The namespaces that are there all the time: those of the bystander, and those that lockstep is kept out of. */
export const HOME_NAMES = ['plain', 'pinned', 'strict', 'shared', 'disabled', 'excluded'] as const;
export type HomeName = (typeof HOME_NAMES)[number];

/** The names of these namespaces in one run. Another run on the same control plane has others. */
export type Homes = (name: HomeName) => string;

/** @param id tells this run from others */
export const homesOf =
  (id: string): Homes =>
  (name) =>
    `${name}-${id}`;
