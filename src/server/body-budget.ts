import { Refusal } from './refusals.ts';

/**
 * Bodies whose text and values take up to this much are always accepted. So large bodies cannot keep the usual
 * review out: a Deployment of 20 KiB has some 500 values. A thousand connections with one body each take 188
 * MiB, and 60 for themselves. The program takes 110, and large bodies take 64. That is within the chart's
 * limit of 512.
 */
const SMALL_BYTES = 192 * 1024;

/**
 * The memory that larger bodies may take together, in bytes. It is half the heap that Node
 * gives itself in a container of 256 MiB, the smallest container that the program fits in.
 */
const BUDGET_BYTES = 64 * 1024 * 1024;

/** The memory of one body. */
export interface Charge {
  /**
   * Charges this much in all.
   * @throws Refusal BUSY
   */
  resize(bytes: number): void;
  /** The body has arrived. From now on it is not given up. */
  complete(): void;
  /** Its answer has been sent, or will not be. */
  release(): void;
}

export interface BodyBudget {
  /**
   * The charge of a body that begins to arrive.
   * @param giveUp called if its memory is needed: the body is dropped, and its request is refused as BUSY
   */
  open(giveUp: () => void): Charge;
  /** What large bodies take now. */
  readonly bytes: number;
}

/**
 * Limits the memory that large bodies take together. It charges what has arrived, not what a client declares.
 * If there is no room, the oldest large body that is still arriving is given up. The API server sends at once,
 * so that body is one that a client holds back. A body that has arrived stays until its answer.
 */
export function bodyBudget(): BodyBudget {
  const arriving = new Map<Charge, () => void>();
  let total = 0;

  function makeRoom(bytes: number, asking: Charge): void {
    while (total + bytes > BUDGET_BYTES) {
      const [oldest] = arriving;
      if (oldest === undefined || oldest[0] === asking) throw new Refusal('BUSY');
      const [charge, giveUp] = oldest;
      charge.release();
      giveUp();
    }
  }

  return {
    get bytes() {
      return total;
    },
    open(giveUp) {
      let charged = 0;
      let state: 'arriving' | 'complete' | 'released' = 'arriving';
      const charge: Charge = {
        resize(bytes) {
          const wanted = bytes > SMALL_BYTES ? bytes : 0;
          if (state === 'released') return;
          if (wanted > charged) makeRoom(wanted - charged, charge);
          total += wanted - charged;
          charged = wanted;
          if (charged > 0 && state === 'arriving' && !arriving.has(charge)) arriving.set(charge, giveUp);
        },
        complete() {
          if (state === 'arriving') state = 'complete';
          arriving.delete(charge);
        },
        release() {
          state = 'released';
          arriving.delete(charge);
          total -= charged;
          charged = 0;
        },
      };
      return charge;
    },
  };
}
