import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;

/** The oldest release of Node that lockstep runs on. */
export const OLDEST_NODE = Number.parseInt(manifest.engines.node.replace('>=', ''), 10);
