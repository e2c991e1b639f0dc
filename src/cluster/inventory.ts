import type { ObjectRef } from '../api/path.ts';

/** Which objects exist, as a watch tells it. It has their names only: some dozens of bytes for each. */
export interface Inventory {
  /** The watch begins again with all objects. */
  begin(): void;
  see(place: ObjectRef): void;
  remove(place: ObjectRef): void;
  /** All objects have been seen. Returns those that were there before `begin`, and are no more. */
  end(): readonly ObjectRef[];
}

export function inventory(): Inventory {
  /** By namespace and name: the number of the listing in which the object was seen last. */
  const seen = new Map<string, Map<string, number>>();
  let listing = 0;

  function remove({ namespace, name }: ObjectRef): void {
    const inNamespace = seen.get(namespace);
    inNamespace?.delete(name);
    if (inNamespace?.size === 0) seen.delete(namespace);
  }

  return {
    begin() {
      listing += 1;
    },
    see({ namespace, name }) {
      const inNamespace = seen.get(namespace) ?? new Map<string, number>();
      seen.set(namespace, inNamespace.set(name, listing));
    },
    remove,
    end() {
      const gone = [...seen].flatMap(([namespace, names]) =>
        [...names].flatMap(([name, at]) => (at === listing ? [] : [{ namespace, name }])),
      );
      gone.forEach(remove);
      return gone;
    },
  };
}
