/**
 * The rooms of src/, from the ground up, and which rooms each of them may import. The linter's rules are made
 * from this table: `npm run house` writes them into biome.json.
 */
export const ROOMS = {
  // Pure: no I/O.
  workloads: [],
  references: ['workloads'],
  digest: ['references'],
  marks: ['workloads', 'references', 'digest'],
  copies: ['workloads', 'references', 'digest', 'marks'],
  policy: ['workloads', 'references', 'digest', 'marks', 'copies'],
  // The one composer: it names the ports that it needs.
  'in-step': ['workloads', 'references', 'digest', 'marks', 'copies', 'policy'],
  // For all programs that run.
  waiting: [],
  telemetry: [],
  background: ['telemetry'],
  api: ['waiting', 'telemetry'],
  assessments: ['workloads', 'marks', 'policy', 'in-step'],
  // The rooms that call the composer, and those that work in the background.
  admission: ['workloads', 'references', 'digest', 'marks', 'copies', 'policy', 'in-step', 'telemetry'],
  manifests: ['workloads', 'references', 'digest', 'marks', 'policy', 'in-step'],
  certificates: ['telemetry', 'background', 'api'],
  sweep: ['references', 'copies', 'policy', 'telemetry', 'background'],
  unblock: ['workloads', 'policy', 'telemetry', 'background'],
  census: ['workloads', 'in-step', 'telemetry', 'background'],
  controller: ['workloads', 'references', 'marks', 'policy', 'in-step', 'telemetry', 'background', 'census'],
  // The rim: adapters of the ports, and HTTPS.
  cluster: [
    'waiting',
    'workloads',
    'references',
    'digest',
    'marks',
    'copies',
    'policy',
    'in-step',
    'telemetry',
    'background',
    'api',
    'certificates',
    'sweep',
    'unblock',
    'census',
    'controller',
    'assessments',
  ],
  server: ['policy', 'waiting', 'telemetry', 'admission', 'assessments', 'certificates'],
  // The command line: options point at rooms, and no room points at them.
  config: ['references', 'digest', 'policy', 'telemetry', 'api', 'certificates'],
  commands: [
    'workloads',
    'digest',
    'policy',
    'telemetry',
    'background',
    'api',
    'manifests',
    'certificates',
    'sweep',
    'unblock',
    'census',
    'controller',
    'cluster',
    'admission',
    'assessments',
    'server',
    'config',
  ],
  // The command line for people. Its judgements are those of the composer.
  kubectl: [
    'workloads',
    'references',
    'digest',
    'marks',
    'copies',
    'policy',
    'in-step',
    'controller',
    'assessments',
    'api',
    'manifests',
    'cluster',
    'config',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Room = keyof typeof ROOMS;
export const ROOM_NAMES = Object.keys(ROOMS).filter((name): name is Room => name in ROOMS);

/** Rooms that do no I/O, whatever they import. */
export const PURE: readonly Room[] = ['workloads', 'references', 'digest', 'marks', 'copies', 'policy'];

/** Packages that only some rooms may import. */
export const PACKAGES: Readonly<Record<string, readonly Room[]>> = {
  fastify: ['server'],
  undici: ['api'],
  '@kubernetes/client-node': ['api'],
  commander: ['config', 'commands', 'kubectl'],
  pino: ['telemetry'],
  'prom-client': ['telemetry', 'server'],
  '@peculiar/x509': ['certificates'],
};
