/** A queue whose keys take turns, so that no key waits for everything that another key has put in. */
export interface FairQueue<T> {
  add(key: string, item: T): void;
  /** Takes the first item of the key whose turn it is. Undefined: the queue is empty. */
  next(): T | undefined;
  isEmpty(): boolean;
}

export function fairQueue<T>(): FairQueue<T> {
  // A Map keeps the order in which keys were set. The first key is the next one to have its turn.
  const lines = new Map<string, T[]>();
  return {
    isEmpty: () => lines.size === 0,
    add(key, item) {
      const line = lines.get(key);
      if (line) line.push(item);
      else lines.set(key, [item]);
    },
    next() {
      for (const [key, line] of lines) {
        const item = line.shift();
        lines.delete(key);
        if (line.length > 0) lines.set(key, line);
        return item;
      }
      return undefined;
    },
  };
}
