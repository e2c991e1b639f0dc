import type { InjectDefault } from '../../policy/managed.ts';
import { CALLS, OPERATIONS } from '../../policy/roll-on.ts';
import type { SourcePattern } from '../../references/pattern.ts';
import type { Io } from '../io.ts';
import { printNotes, printText } from '../printing/output.ts';
import { notesOn } from './advice.ts';
import type { Origin } from './finding.ts';
import { diffOf, type FileFinding, type MigratedFile, streamOf } from './in-files.ts';

/** How lockstep is set up, as the command line says. */
export interface GivenSetting {
  readonly secrets: boolean;
  readonly include: boolean;
  readonly ignore: readonly SourcePattern[];
  readonly edit: boolean;
  readonly injectDefault: InjectDefault;
  readonly diff?: boolean | undefined;
}

/** How lockstep is set up, as far as the command line says it. There is no cluster to ask. */
export const givenSetting = ({ secrets, include, ignore, edit, injectDefault }: GivenSetting) => ({
  defaults: { secrets, include, ignore, edit, rollOn: edit ? OPERATIONS : CALLS, compat: [] },
  injectDefault,
  scope: { excluded: [], only: [] },
  mode: 'enforce' as const,
});

function assumed({ secrets, include, edit, injectDefault }: GivenSetting): string {
  const word = (on: boolean) => (on ? 'on' : 'off');
  const switches = `--secrets ${word(secrets)} --include ${word(include)} --edit ${word(edit)}`;
  const flags = `${switches} --inject-default ${injectDefault}`;
  return `no cluster was asked. This assumes ${flags}, and no labels of namespaces beside those in the files`;
}

const OUTCOMES = { Replace: 'is replaced', Keep: 'stays', Leftover: 'is left over, to be removed by hand' };

const lineOf = ({ place = '', name, on, what, state, goes, message }: FileFinding): string => {
  const subject = on === 'Text' ? what : `${name}: ${what}`;
  return `${place}: ${subject} ${goes ? 'is left over, and goes' : OUTCOMES[state]}: ${message}`;
};

/** Prints the manifests, or their change, and what was found. */
export function reportFiles(
  io: Io,
  files: readonly MigratedFile[],
  origin: Origin,
  values: GivenSetting,
): 0 | 1 {
  const findings = files.flatMap((file) => file.findings);
  const stream = values.diff ? files.map(diffOf).join('') : streamOf(files);
  printText(io, stream ?? '');
  const templates = files.filter(({ after }) => after === undefined);
  const notes = [
    ...findings.map(lineOf),
    ...templates.map(({ name }) => `${name} is a template of Helm's, and stays as it is`),
    ...(stream === undefined ? ['no manifests are printed, because some are templates of Helm’s'] : []),
    ...(findings.length > 0 ? [assumed(values), ...notesOn(origin, findings)] : []),
  ];
  printNotes(io, notes);
  if (findings.length === 0) {
    if (values.diff || stream === undefined) io.err(`Nothing of ${origin} found.\n`);
    return 0;
  }
  return values.diff || stream === undefined ? 1 : 0;
}
