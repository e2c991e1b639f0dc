import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** One import of a file of src/ by another; paths are below src/. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

/** Every import between files below a folder, types included. */
export function importsIn(src: string): Import[] {
  return globSync('**/*.ts', { cwd: src }).flatMap((from) =>
    [...readFileSync(join(src, from), 'utf8').matchAll(SPECIFIER)].map(([, specifier = '']) => ({
      from,
      to: normalize(join(dirname(from), specifier)),
    })),
  );
}

/** The room of a file of src/. For a file at the top, its own name. */
export const roomOf = (file: string): string => file.split('/')[0] ?? file;

/** Room -> the rooms that its files import. */
export type RoomGraph = ReadonlyMap<string, ReadonlySet<string>>;

export function roomGraph(imports: readonly Import[]): RoomGraph {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [room, imported] = [roomOf(from), roomOf(to)];
    const known = graph.get(room) ?? new Set();
    graph.set(room, known);
    if (imported !== room && !imported.startsWith('..')) known.add(imported);
    if (!imported.startsWith('..') && !graph.has(imported)) graph.set(imported, new Set());
  }
  return graph;
}

/**
 * Room -> its floor: one above the highest room that it imports.
 * @throws Error that names the rooms, if they import one another in a circle
 */
export function floorsOf(graph: RoomGraph): ReadonlyMap<string, number> {
  const floors = new Map<string, number>();
  function floorOf(room: string, above: readonly string[]): number {
    const known = floors.get(room);
    if (known !== undefined) return known;
    if (above.includes(room)) throw new Error(`rooms import one another: ${[...above, room].join(' -> ')}`);
    const below = [...(graph.get(room) ?? [])].map((next) => floorOf(next, [...above, room]));
    const floor = below.length === 0 ? 0 : Math.max(...below) + 1;
    floors.set(room, floor);
    return floor;
  }
  for (const room of graph.keys()) floorOf(room, []);
  return floors;
}

/**
 * The house as text: the top floor first, and behind each room the rooms that it imports. Every arrow runs
 * down.
 */
export function pictureOf(graph: RoomGraph): string {
  const floors = floorsOf(graph);
  const floor = (room: string) => floors.get(room) ?? 0;
  const byHeight = (a: string, b: string) => floor(b) - floor(a) || (a < b ? -1 : 1);
  const rooms = [...graph.keys()].toSorted(byHeight);
  const width = Math.max(...rooms.map((room) => room.length));
  const lines = rooms.map((room) => {
    const below = [...(graph.get(room) ?? [])].toSorted(byHeight).join(' ');
    return `${String(floor(room)).padStart(2)}  ${room.padEnd(width)}${below && `  -> ${below}`}`.trimEnd();
  });
  return `${lines.join('\n')}\n`;
}
