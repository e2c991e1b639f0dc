import type { AuditEvent } from '../../../lab/control-plane/audit.ts';
import type { ClusterClient } from '../../../lab/control-plane/client.ts';
import type { Replicas } from '../../../lab/lockstep/replicas.ts';
import { FORMAT } from '../bystander/manifests.ts';
import { INNOCENT } from '../bystander/neighbourhood.ts';
import { type BystanderCall, type JudgedCall, judgeCall } from '../checker/bystander-calls.ts';
import { copyFaults } from '../checker/copy-content.ts';
import type { Fault } from '../checker/fault.ts';
import {
  type Forgery,
  isOwnWrite,
  keyOf,
  LOCKSTEP,
  ownWriteFaults,
  type World,
} from '../checker/own-writes.ts';
import { isLeak } from '../leak-marker.ts';
import { asSource } from '../wire.ts';
import { auditStream } from './audit-stream.ts';
import type { Control } from './control.ts';

const BYSTANDER = `system:serviceaccount:${INNOCENT.namespace}:${INNOCENT.name}`;

export interface MonitorOptions {
  readonly cluster: ClusterClient;
  readonly replicas: Replicas;
  /** In milliseconds, by the API server's clock, beside what the API server itself takes. */
  readonly deadlineMs: number;
  readonly control: Pick<Control, 'longestBetween'>;
  zoneOf(namespace: string): 'open' | 'closed';
  onFault(fault: Fault): void;
  onCall(judged: JudgedCall): void;
}

/** Follows what lockstep does, and judges it. */
export interface Monitor {
  expect(call: BystanderCall): void;
  /** `RESOURCE/NAMESPACE/NAME` is a forged copy. */
  onForgery(key: string, forgery: Forgery): void;
  /** Looks for values of Secrets in a text that lockstep had a part in. */
  readText(where: string, text: string): void;
  /** Judges everything that has been written to the audit log and to the logs so far. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

const MADE = new Set(['create', 'patch']);
/** Calls of the bystander whose answer is not known here yet. */
const MOST_UNMATCHED = 5_000;

export async function openMonitor(options: MonitorOptions): Promise<Monitor> {
  const { cluster, replicas, deadlineMs, onFault, onCall } = options;
  const creators = new Map<string, string>();
  const forgeries = new Map<string, Forgery>();
  const expected = new Map<string, BystanderCall>();
  const unmatched = new Map<string, AuditEvent>();
  const read = new Map<number, number>();
  const world: World = {
    zoneOf: options.zoneOf,
    creatorOf: (key) => creators.get(key),
    forgeryOf: (key) => forgeries.get(key),
  };
  const isWanted = (line: string) =>
    line.includes(LOCKSTEP) ||
    line.includes('.lockstep.dev/') ||
    line.includes('/configmaps') ||
    line.includes('/secrets') ||
    line.includes(BYSTANDER);
  const stream = await auditStream(cluster.auditLog, isWanted);

  const readText: Monitor['readText'] = (where, text) => {
    if (isLeak(text))
      onFault({ rule: 'Nothing leaks', kind: where, message: `a value of a Secret is in ${where}` });
  };

  function match(call: BystanderCall, event: AuditEvent): void {
    const [from, to] = [event.requestReceivedTimestamp, event.stageTimestamp].map((time) => Date.parse(time));
    const apiMs = options.control.longestBetween(from ?? 0, to ?? 0);
    const judged = judgeCall(call, event, { deadlineMs, apiMs });
    onCall(judged);
    for (const fault of judged.faults) onFault(fault);
  }

  async function judgeCopy(event: AuditEvent): Promise<void> {
    const { resource = '', namespace = '', name = '' } = event.objectRef ?? {};
    const found = asSource(
      await cluster.api.get(`/api/v1/namespaces/${namespace}/${resource}/${name}`).catch(() => undefined),
    );
    // It may be gone already.
    if (!found) return;
    const kind = resource === 'secrets' ? 'secret' : 'configmap';
    const [data, binaryData] = [found.data ?? {}, found.binaryData ?? {}];
    const content = kind === 'secret' ? { data: {}, binaryData: data } : { data, binaryData };
    const copy = {
      kind,
      namespace,
      name,
      annotations: found.metadata.annotations ?? {},
      content,
      immutable: found.immutable === true,
    } as const;
    for (const fault of copyFaults(copy, FORMAT)) onFault(fault);
  }

  async function judge(event: AuditEvent): Promise<void> {
    const code = event.responseStatus?.code ?? 0;
    const { resource, namespace } = event.objectRef ?? {};
    const isSource = resource === 'configmaps' || resource === 'secrets';
    if (isOwnWrite(event)) {
      for (const fault of ownWriteFaults(event, world)) onFault(fault);
      if (resource !== 'secrets')
        readText(`a ${event.verb} of ${resource}`, JSON.stringify(event.requestObject ?? ''));
      if (isSource && event.verb === 'create') await judgeCopy(event);
    }
    // A server-side apply that creates is a patch.
    if (isSource && MADE.has(event.verb) && code === 201)
      creators.set(keyOf(event), event.user.username ?? '');
    for (const [key, value] of Object.entries(event.annotations ?? {})) {
      if (!key.includes('.lockstep.dev/')) continue;
      readText('an audit annotation', value);
      if (key.endsWith('/reason') && value === 'bug')
        onFault({ rule: 'No bug', namespace, message: `${event.verb} ${keyOf(event)}: reason bug` });
    }
    if (event.user.username !== BYSTANDER) return;
    const call = expected.get(event.auditID);
    if (call) {
      expected.delete(event.auditID);
      match(call, event);
    } else {
      unmatched.set(event.auditID, event);
      const [oldest] = unmatched.keys();
      if (unmatched.size > MOST_UNMATCHED && oldest !== undefined) unmatched.delete(oldest);
    }
  }

  function readLogs(): void {
    for (const { pid, lines } of replicas.programs()) {
      for (const line of lines.slice(read.get(pid) ?? 0)) readText('the log', line);
      read.set(pid, lines.length);
    }
  }

  let running: Promise<void> = Promise.resolve();
  async function catchUpOnce(): Promise<void> {
    for (const event of await stream.next()) await judge(event);
    readLogs();
  }
  const catchUp = () => {
    running = running.then(catchUpOnce);
    return running;
  };
  return {
    expect(call) {
      for (const warning of call.warnings) readText('a warning', warning);
      const event = unmatched.get(call.auditId);
      unmatched.delete(call.auditId);
      if (event) match(call, event);
      else if (call.auditId === '')
        onFault({ rule: 'Answered', kind: 'no answer', message: `${call.what} in ${call.namespace}` });
      else expected.set(call.auditId, call);
    },
    onForgery: (key, forgery) => void forgeries.set(key, forgery),
    readText,
    catchUp,
    async close() {
      await running;
      await stream.close();
    },
  };
}
