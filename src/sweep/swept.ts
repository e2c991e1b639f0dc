import { sourceId } from '../references/sources.ts';
import type { OverdueCopy } from './overdue.ts';

/** Records an Event about a source. Nobody waits for it. */
export type RecordSwept = (source: { readonly namespace: string; readonly id: string }, text: string) => void;

/** The most copies that an Event names. */
const MOST_NAMES = 5;

function textOf(names: readonly string[]): string {
  const what = names.length === 1 ? 'a copy' : `${names.length} copies`;
  const others = names.length > MOST_NAMES ? ', and others' : '';
  return `Deleted ${what} that no workload named any more: ${names.slice(0, MOST_NAMES).join(', ')}${others}.`;
}

/** Gathers the copies that a sweep deletes, so that a source gets one Event for all of its own. */
export function sweptCopies(record: RecordSwept) {
  const bySource = new Map<string, { namespace: string; id: string; names: string[] }>();
  return {
    add({ kind, namespace, name, source }: OverdueCopy): void {
      const id = sourceId({ kind, name: source });
      const key = `${namespace}/${id}`;
      const of = bySource.get(key) ?? { namespace, id, names: [] };
      of.names.push(name);
      bySource.set(key, of);
    },
    endRound(): void {
      for (const { namespace, id, names } of bySource.values()) record({ namespace, id }, textOf(names));
      bySource.clear();
    },
  };
}
