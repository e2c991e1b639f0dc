import type { Copy, Life } from './history.ts';

export interface CopySketch {
  /** Its only value. */
  readonly holds: string;
  /** The names of the ReplicaSets that own it, by version. */
  readonly owners: Readonly<Record<number, readonly string[]>>;
  /** When it was deleted. */
  readonly until?: number;
  readonly changeable?: boolean;
}

export function copiesOf(sketches: Readonly<Record<string, CopySketch>>): readonly Life<Copy>[] {
  return Object.entries(sketches).map(([name, { holds, owners, until, changeable = false }]) => {
    const content = { data: { a: holds }, binaryData: {} };
    const commits = Object.entries(owners).map(([version, uids]) => ({
      version: Number(version),
      object: { content, immutable: !changeable, owners: uids },
    }));
    return { uid: name, name, commits, deletedAt: until };
  });
}
