import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import { type Program, startProgram } from '../../lab/lockstep/program.ts';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/lockstep/leases/lockstep';
/** The flag of each candidate. */
export const LEASE_FLAG = '--lease=lockstep/lockstep';

const checkLease = Compile(
  Type.Object({ spec: Type.Optional(Type.Object({ holderIdentity: Type.Optional(Type.String()) })) }),
);

/** Replicas that compete for the chart's Lease. */
export interface Candidates {
  /** Starts one more beside the program that serves the webhook. */
  start(main?: string): Promise<Program>;
  /** The one that the Lease names. */
  leader(): Promise<Program>;
  /** Kills one. It is no candidate any more. */
  kill(program: Program): Promise<void>;
  /**
   * Lets the Lease expire now. Otherwise the successor of one that was killed or suspended would wait for 15 s.
   */
  expire(): Promise<void>;
  stop(): Promise<void>;
}

export function candidatesOf(lockstep: Lockstep, flags: readonly string[]): Candidates {
  const { api } = lockstep.cluster;
  const started: Program[] = [];
  const holder = async () => checkLease.Parse(await api.get(LEASE)).spec?.holderIdentity;
  const isHolder = ({ lines }: Program, identity: string) =>
    lines.some((line) => line.includes(`"identity":"${identity}","msg":"became leader"`));
  return {
    async start(main) {
      const program = await startProgram(
        [...(await lockstep.programFlags(await freePort())), ...flags],
        main,
      );
      started.push(program);
      return program;
    },
    leader: () =>
      eventually(
        async () => {
          const identity = (await holder()) ?? '';
          return [lockstep.program(), ...started].find((program) => isHolder(program, identity)) ?? false;
        },
        { what: 'a leader', timeoutMs: 60_000 },
      ),
    async kill(program) {
      await program.stop('SIGKILL');
      const index = started.indexOf(program);
      if (index >= 0) started.splice(index, 1);
    },
    expire: () =>
      api
        .send(LEASE, {
          method: 'PATCH',
          body: { spec: { holderIdentity: null } },
          contentType: 'application/merge-patch+json',
        })
        .then(() => undefined),
    async stop() {
      await Promise.all(started.map((program) => program.stop('SIGKILL')));
    },
  };
}
