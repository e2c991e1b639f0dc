import { type ApiClient, apiClient } from '../api/client.ts';
import { clusterClock } from '../api/clock.ts';
import { type ConnectionFlags, connect } from '../api/connect.ts';
import { credentialSource } from '../api/credentials.ts';
import { type PodStreams, podStreams } from '../api/pod-streams.ts';
import { type SharedReads, sharedReads } from '../api/shared-reads.ts';
import { type Assessments, assessments } from '../cluster/assessments.ts';
import type { ConnectionValues } from '../config/connection.ts';
import { kindsOn } from '../policy/kinds-on.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import { type ClusterPolicy, readClusterPolicy } from './cluster-policy.ts';
import type { Io } from './io.ts';
import { shellWord } from './printing/shell.ts';
import { printable } from './printing/table.ts';

/** What a command works with: a cluster, as the person may see it, and the place that the command line names. */
export interface Session {
  readonly io: Io;
  readonly client: ApiClient;
  /** Programs and logs of containers. */
  readonly pods: Pick<PodStreams, 'exec' | 'logs'>;
  readonly reads: SharedReads;
  /** The namespace of the flags, or of the context. */
  readonly namespace: string;
  /** The namespace that lockstep runs in. */
  readonly lockstepNamespace: string;
  readonly signal: AbortSignal;
  /** The flags that lead kubectl to the same cluster: ` --context prod`. Empty: the person gave none. */
  readonly clusterFlags: string;
  /** Asks lockstep itself, which has the key. */
  readonly assessments: Assessments;
  /** How lockstep is set up. It is read once, when it is first needed. */
  policy(): Promise<ClusterPolicy>;
  close(): Promise<void>;
}

/** A request that takes longer than this shares its answer with nobody. It is longer than any that succeeds. */
const SHARED_MS = 600_000;

/** The client with a time limit for each request. */
function limited(client: ApiClient, timeoutMs: number | undefined): ApiClient {
  if (!timeoutMs) return client;
  const within = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return { ...client, request: (request) => client.request({ ...request, signal: within(request.signal) }) };
}

/** Prints warnings of the API server as kubectl does: each once. Among them are those of lockstep's webhook. */
function warningPrinter({ err }: Io): (text: string) => void {
  const printed = new Set<string>();
  return (text) => {
    if (printed.has(text)) return;
    printed.add(text);
    err(`Warning: ${printable(text)}\n`);
  };
}

/** The flags that lead to a cluster, as a person there. A token is none of them: it would be printed. */
export function clusterFlags(values: ConnectionFlags): string {
  const { kubeconfig, context, cluster, user, server, tlsServerName, certificateAuthority } = values;
  const flags: Readonly<Record<string, string | readonly string[] | undefined>> = {
    ...{ kubeconfig, context, cluster, user, server },
    'tls-server-name': tlsServerName,
    'certificate-authority': certificateAuthority,
    'client-certificate': values.clientCertificate,
    'client-key': values.clientKey,
    as: values.as,
    'as-group': values.asGroup,
    'as-uid': values.asUid,
  };
  const given = Object.entries(flags).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => ` --${name} ${shellWord(each)}`),
  );
  return [...given, ...(values.insecureSkipTlsVerify ? [' --insecure-skip-tls-verify'] : [])].join('');
}

/**
 * Opens a session. It calls nobody yet.
 * @throws LockstepError KUBECONFIG_INVALID
 */
export function openSession(values: ConnectionValues, io: Io): Session {
  const { kubeconfig, namespace } = connect(values, io.env);
  const clock = clusterClock();
  const metrics = {
    observeApiCall: ({ verb, resource, outcome }: Record<'verb' | 'resource' | 'outcome', string>) =>
      io.onCall?.(`${verb} ${resource} ${outcome}`),
  };
  const source = credentialSource(kubeconfig, clock);
  const onBehalf = { caller: 'person', onWarning: warningPrinter(io) } as const;
  const api = apiClient(source, metrics, clock, undefined, onBehalf);
  const client = limited(api, values.requestTimeout);
  const pods = podStreams({ source, metrics, observeDate: clock.observe });
  let policy: Promise<ClusterPolicy> | undefined;
  return {
    io,
    client,
    pods,
    reads: sharedReads(SHARED_MS),
    assessments: assessments(client),
    namespace,
    lockstepNamespace: values.lockstepNamespace,
    signal: io.signal,
    clusterFlags: clusterFlags(values),
    policy: () => (policy ??= readClusterPolicy(client, values.lockstepNamespace, io.signal)),
    close: async () => {
      await Promise.all([client.close(), pods.close()]);
    },
  };
}

/** The kinds of workload that lockstep acts on in the cluster. */
export const kindsOf = ({ policy }: ClusterPolicy): WorkloadKinds => kindsOn(policy.workloads);
