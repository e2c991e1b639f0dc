import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { ON_ERROR_LABEL } from '../../src/marks/names.ts';
import { openCaller } from '../kit/caller.ts';
import { perform } from './attack/perform.ts';
import type { Attack } from './attack/steps.ts';
import type { JudgedCall } from './checker/bystander-calls.ts';
import type { Fault } from './checker/fault.ts';
import { inTheWay } from './in-the-way.ts';
import type { OpenSpace } from './spaces.ts';
import { openStage, type StageOptions } from './stage.ts';
import type { Peaks } from './watching/health.ts';

export interface SessionOptions extends Omit<StageOptions, 'onFault' | 'onCall'> {
  onCall(judged: JudgedCall): void;
}

/** A case that was played. */
export interface Played {
  readonly namespace: string;
  /** How many calls its tenants made. */
  readonly calls: number;
}

/** A stage on which attacks are played, one after the other. */
export interface Session {
  /** Plays an attack: its tenants at the same time, each one step after the other. */
  play(attack: Attack): Promise<Played>;
  /** The faults that were found since the last call. */
  take(): readonly Fault[];
  /** Waits until a sweep has come to what the last case left, or until a fault is found that is wanted. */
  linger(isWanted?: (fault: Fault) => boolean): Promise<void>;
  /** Starts both replicas anew, so that what one case took is not counted against the next. */
  renew(): Promise<void>;
  /** Ends the bystander's work, and waits until everything has come to rest. */
  rest(): Promise<void>;
  readonly peaks: Readonly<Peaks>;
  close(): Promise<void>;
}

const LOOK_MS = 500;

export async function openSession(cluster: ClusterClient, options: SessionOptions): Promise<Session> {
  let fresh: Fault[] = [];
  /** How long the namespace of a case stays, so that two sweeps come to its objects. */
  const lingerMs = options.graceMs * 2;
  const stage = await openStage(cluster, { ...options, onFault: (fault) => void fresh.push(fault) });
  const admin = openCaller(cluster);
  const lingering: { readonly space: OpenSpace; readonly until: number; readonly finalized: boolean }[] = [];

  async function clear(all = false): Promise<void> {
    for (let next = lingering[0]; next && (all || next.until < performance.now()); next = lingering[0]) {
      lingering.shift();
      await next.space.clear(next.finalized);
    }
  }

  return {
    async play(attack) {
      const { space: wanted, tenants: plans } = attack;
      await clear();
      const space = await stage.spaces.open(wanted);
      if (plans.flat().some((step) => step.do === 'direct')) await stage.victims.drift();
      const tenants = space.tenants.slice(0, plans.length);
      const attacking = tenants.map(async (tenant, index) => {
        for (const step of plans[index] ?? []) await perform(tenant, step, stage.around);
      });
      await Promise.all(attacking);
      const deeds = [...tenants, stage.around.neighbour].flatMap((tenant) => tenant.deeds.splice(0));
      for (const { answer } of deeds)
        for (const warning of answer?.warnings ?? []) stage.monitor.readText('a warning', warning);
      // Tenants put no value of a Secret into a Deployment, so lockstep would have.
      for (const { what, answer } of deeds)
        if (what.includes('/deployments'))
          stage.monitor.readText('a Deployment', JSON.stringify(answer?.body ?? ''));
      await stage.lap();
      // With `deny`, a call that lockstep does not check is refused, as its namespace asked.
      if (wanted.kind === 'own' && wanted.labels[ON_ERROR_LABEL] !== 'deny')
        fresh.push(...(await inTheWay(admin.call, stage.spaces.homes('disabled'), space.namespace, deeds)));
      const finalized = JSON.stringify(attack).includes('"finalizer":true');
      lingering.push({ space, until: performance.now() + lingerMs, finalized });
      return { namespace: space.namespace, calls: deeds.length };
    },
    take() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
    async linger(isWanted = () => false) {
      const until = performance.now() + lingerMs;
      while (performance.now() < until && !fresh.some(isWanted)) {
        await sleep(LOOK_MS);
        await stage.monitor.catchUp();
      }
    },
    async renew() {
      await stage.renew();
      fresh = [];
    },
    rest: () => stage.rest(),
    peaks: stage.health.peaks,
    async close() {
      await clear(true).catch(() => undefined);
      await stage.close();
      await admin.close();
    },
  };
}
