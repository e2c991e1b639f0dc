import type { ApiAccess } from '../../lab/control-plane/api.ts';
import type { Killed, Replicas } from '../../lab/lockstep/replicas.ts';
import { type Answer, type Caller, openCaller } from '../kit/caller.ts';
import { describeOperation, type Operation, type Plan } from './operations.ts';
import { perform, type Stage } from './perform.ts';

/** An operation as it went. */
export interface Done {
  readonly client: number;
  readonly operation: Operation;
  readonly answers: readonly Answer[];
}

/** The operations of the clients, in the order in which they began, and the kills in the meantime. */
export interface Deeds {
  readonly done: readonly Done[];
  readonly kills: readonly (Killed & { readonly after: number })[];
}

/** Passes calls on and keeps their answers. */
function recording(call: Caller): { call: Caller; answers: Answer[] } {
  const answers: Answer[] = [];
  return {
    answers,
    async call(...request) {
      const answer = await call(...request);
      answers.push(answer);
      return answer;
    },
  };
}

/** Performs a plan. Each client does one operation after the other, and the clients run at once. */
export async function drive(
  access: ApiAccess,
  plan: Plan,
  replicas: Pick<Replicas, 'kill'>,
  stage: Stage,
): Promise<Deeds> {
  const done: Done[] = [];
  const kills: (Killed & { after: number })[] = [];
  let begun = 0;

  async function client(operations: readonly Operation[], index: number): Promise<void> {
    const { call, close } = openCaller(access);
    try {
      for (const [i, operation] of operations.entries()) {
        begun += 1;
        const after = begun;
        const { call: recorded, answers } = recording(call);
        done.push({ client: index + 1, operation, answers });
        const performed = perform(operation, recorded, stage, `v${index + 1}.${i + 1}`);
        for (const { replica } of plan.kills.filter((kill) => kill.after === after)) {
          const killed = replicas.kill(replica);
          if (killed) kills.push({ ...killed, after });
        }
        const last = await performed;
        // The recorder hears of no call for a node.
        if (last && operation.do.startsWith('node')) answers.push(last);
      }
    } finally {
      await close();
    }
  }

  await Promise.all(plan.clients.map(client));
  return { done, kills };
}

/** `client 1: scale web to 4` */
export const describeDeed = ({ client, operation }: Done): string =>
  `client ${client}: ${describeOperation(operation)}`;
