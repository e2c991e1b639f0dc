import type { CopyOwner } from '../../src/copies/manifest.ts';
import { type CopyRef, copyName } from '../../src/copies/name.ts';
import type { Copies, CopyLook, GoodCopy } from '../../src/in-step/ports.ts';

/** What the ports of `plainCopies` return. */
export interface FoundCopies {
  /**
   * Name of the copy -> the results of looking at it, in order. The last one repeats. All other copies are
   * missing.
   */
  readonly looks?: Readonly<Record<string, CopyLook | readonly CopyLook[]>>;
  /** The results of `make`, in order. The last one repeats. An error is thrown. */
  readonly makes?: readonly ('there' | 'moved' | Error)[];
  readonly reserves?: 'owned' | 'gone';
}

/** A copy that holds all of its source. */
export const goodCopy = (source: string, owners: readonly string[] = []): GoodCopy => ({
  state: 'good',
  uid: 'uid-of-the-copy',
  note: { source, digest: 'd', data: 'all', binaryData: 'all' },
  standIns: false,
  owners,
  lastUseMs: 0,
});

/** Copies that are plain data, and the calls of their ports: `make app-lockstep-0123 for Deployment/web`. */
export function plainCopies({ looks = {}, makes = ['there'], reserves = 'owned' }: FoundCopies = {}) {
  const asked: string[] = [];
  const made = [...makes];
  const looked = new Map(Object.entries(looks).map(([name, its]) => [name, [its].flat()]));
  const named = ({ name, shortDigest }: CopyRef) => copyName(name, shortDigest);
  const owned = ({ kind, name }: CopyOwner) => `for ${kind}/${name}`;
  const copies: Copies = {
    async look(_namespace, copy) {
      asked.push(`look ${named(copy)}`);
      const its = looked.get(named(copy)) ?? [];
      return (its.length > 1 ? its.shift() : its[0]) ?? { state: 'missing' };
    },
    async make(_namespace, { usage, digest }, owner) {
      asked.push(`make ${usage.kind}/${usage.name} ${digest.slice(0, 8)} ${owned(owner)}`);
      const result = (made.length > 1 ? made.shift() : made[0]) ?? 'there';
      if (result instanceof Error) throw result;
      return result;
    },
    async reserve(_namespace, copy, owner) {
      asked.push(`reserve ${named(copy)} ${owned(owner)}`);
      return reserves;
    },
    async own(_namespace, copy, uid, owner) {
      asked.push(`own ${named(copy)} ${uid} ${owned(owner)}`);
      return reserves;
    },
  };
  return { copies, asked };
}
