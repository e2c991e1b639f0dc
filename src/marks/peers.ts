import type { SourceKind } from '../references/sources.ts';

/** Programs that roll workloads when configuration changes. lockstep can read their annotations as its own. */
export const PEERS = ['reloader', 'wave'] as const;
export type Peer = (typeof PEERS)[number];

/** The peers whose annotations count. */
export type Compat = readonly Peer[];

interface OfKind {
  readonly auto: string;
  readonly reload: string;
  readonly exclude: string;
}

const KINDS: Readonly<Record<SourceKind, OfKind>> = {
  configmap: {
    auto: 'configmap.reloader.stakater.com/auto',
    reload: 'configmap.reloader.stakater.com/reload',
    exclude: 'configmaps.exclude.reloader.stakater.com/reload',
  },
  secret: {
    auto: 'secret.reloader.stakater.com/auto',
    reload: 'secret.reloader.stakater.com/reload',
    exclude: 'secrets.exclude.reloader.stakater.com/reload',
  },
};

/** Reloader's annotations (`internal/pkg/options/flags.go`, with the defaults of its flags). */
export const RELOADER = {
  auto: 'reloader.stakater.com/auto',
  search: 'reloader.stakater.com/search',
  /** Those of each kind of source. */
  kinds: KINDS,
  /** On a source: `true` means that it counts for workloads that search. */
  match: 'reloader.stakater.com/match',
  /** On a source: `true` means that it counts for no workload. */
  ignore: 'reloader.stakater.com/ignore',
  rolloutStrategy: 'reloader.stakater.com/rollout-strategy',
  pausePeriod: 'deployment.reloader.stakater.com/pause-period',
  classAuto: 'secretproviderclass.reloader.stakater.com/auto',
  classReload: 'secretproviderclass.reloader.stakater.com/reload',
} as const;

/** Wave's annotations (`pkg/core/types.go`). */
export const WAVE = {
  update: 'wave.pusher.com/update-on-config-change',
  extra: {
    configmap: 'wave.pusher.com/extra-configmaps',
    secret: 'wave.pusher.com/extra-secrets',
  } satisfies Record<SourceKind, string>,
} as const;

/** All that lockstep reads of a workload. */
export const PEER_ANNOTATIONS: readonly string[] = [
  RELOADER.auto,
  RELOADER.search,
  ...Object.values(KINDS).flatMap(({ auto, reload, exclude }) => [auto, reload, exclude]),
  RELOADER.rolloutStrategy,
  RELOADER.pausePeriod,
  RELOADER.classAuto,
  RELOADER.classReload,
  WAVE.update,
  ...Object.values(WAVE.extra),
];
