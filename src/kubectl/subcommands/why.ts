import type { Run } from '../command.ts';
import { ageOf } from '../printing/age.ts';
import { printNotes, printObject } from '../printing/output.ts';
import { type Colour, type Column, printable, toTable } from '../printing/table.ts';
import { subjectOf } from '../report.ts';
import type { Cause, Certainty } from '../why/cause.ts';
import { readWhy, type WorkloadWhy } from '../why/read-why.ts';
import { oneWorkload } from '../workload-args.ts';
import type { WHY } from './why-info.ts';

const COLOURS: Readonly<Record<Certainty, Colour | undefined>> = {
  certain: 'green',
  reported: undefined,
  likely: 'yellow',
  unknown: 'grey',
};

const columnsAt = (nowMs: number): readonly Column<Cause>[] => [
  { header: 'CERTAINTY', cell: ({ certainty }) => certainty, colour: ({ certainty }) => COLOURS[certainty] },
  { header: 'ABOUT', cell: ({ about }) => about },
  { header: 'AGE', cell: ({ time }) => (time === undefined ? '' : ageOf(Date.parse(time), nowMs)) },
  { header: 'WHAT', cell: ({ message }) => message },
];

function whyText(why: WorkloadWhy, nowMs: number, colour: boolean): string {
  const { metadata, revision, before, causes } = why;
  const { number, kind, name, since, current } = revision;
  const age = since === undefined ? '' : `, ${ageOf(Date.parse(since), nowMs)} old`;
  const head = [
    ['Name:', subjectOf(why)],
    ['Namespace:', metadata.namespace],
    ['Revision:', `${number} (${kind.toLowerCase()}/${name}${age}${current ? ', current' : ''})`],
    ['Before:', before === undefined ? '<none>' : String(before)],
  ] as const;
  return [
    head.map(([title, value]) => `${title.padEnd('Namespace:'.length + 2)}${printable(value)}\n`).join(''),
    '\n',
    toTable(columnsAt(nowMs), causes, { colour }),
  ].join('');
}

/** `kubectl lockstep why` */
export const why: Run<(typeof WHY)['options']> = async (session, { args, values }) => {
  const { io, client } = session;
  const { why: found, notes } = await readWhy(session, oneWorkload(args), values.revision);
  printNotes(io, notes);
  const text = () => whyText(found, client.clock.now(), io.terminal.colour);
  printObject(io, { data: found, text, name: subjectOf(found) }, values.output);
  return 0;
};
