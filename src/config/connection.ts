import { duration } from './duration.ts';
import type { OptionTable, Values } from './option.ts';
import { repeated, SWITCH, text } from './value-types.ts';

/** 0 means no limit, as in kubectl. */
const TIMEOUT = duration({ least: 0, accepts: 'A timeout is a duration, for example 5s; 0s sets none.' });

/**
 * kubectl's flags for the connection to a cluster, under kubectl's names. kubectl gives them to its plugins as
 * they were written.
 */
export const CONNECTION_OPTIONS = {
  '--kubeconfig': { value: text('file'), env: false, description: 'kubeconfig file, instead of KUBECONFIG' },
  '--context': { value: text('name'), env: false, description: 'context of the kubeconfig' },
  '--cluster': { value: text('name'), env: false, description: 'cluster of the kubeconfig' },
  '--user': { value: text('name'), env: false, description: 'user of the kubeconfig' },
  '--namespace': {
    value: text('name'),
    short: '-n',
    env: false,
    defaultMeaning: 'that of the context',
    description: 'namespace',
  },
  '--server': { value: text('url'), short: '-s', env: false, description: 'address of the API server' },
  '--token': { value: text('token'), env: false, description: 'bearer token for the API server' },
  '--as': { value: text('user'), env: false, description: 'user to impersonate' },
  '--as-group': {
    value: repeated('group'),
    env: false,
    description: 'group to impersonate; may be given more than once',
  },
  '--as-uid': { value: text('uid'), env: false, description: 'uid to impersonate' },
  '--certificate-authority': {
    value: text('file'),
    env: false,
    description: 'certificate authority of the API server',
  },
  '--client-certificate': { value: text('file'), env: false, description: 'client certificate' },
  '--client-key': { value: text('file'), env: false, description: 'key of the client certificate' },
  '--insecure-skip-tls-verify': {
    value: SWITCH,
    env: false,
    description: 'do not check the certificate of the API server',
  },
  '--tls-server-name': {
    value: text('name'),
    env: false,
    description: 'name that the certificate of the API server must have',
  },
  '--request-timeout': {
    value: TIMEOUT,
    env: false,
    defaultMeaning: 'none',
    description: 'the longest that one request may take',
  },
  '--cache-dir': { value: text('dir'), env: false, description: 'as kubectl; it has no effect' },
  '--disable-compression': { value: SWITCH, env: false, description: 'as kubectl; it has no effect' },
  '--lockstep-namespace': {
    value: text('name'),
    env: false,
    default: 'lockstep',
    description: 'namespace that lockstep itself runs in',
  },
} as const satisfies OptionTable;

/** The values of kubectl's flags for the connection. */
export type ConnectionValues = Values<typeof CONNECTION_OPTIONS>;
