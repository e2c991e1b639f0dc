import type { Run } from '../command.ts';
import type { Finding, Verdict } from '../doctor/finding.ts';
import { examineInstallation } from '../doctor/read-installation.ts';
import { examineWorkload } from '../doctor/read-workload.ts';
import { usageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { isData, printData, printNotes } from '../printing/output.ts';
import { type Colour, coloured, printable } from '../printing/table.ts';
import { oneWorkload } from '../workload-args.ts';
import type { DOCTOR } from './doctor-info.ts';

const SIGNS: Readonly<
  Record<Verdict, { readonly sign: string; readonly ascii: string; readonly colour: Colour }>
> = {
  ok: { sign: '✓', ascii: '[ok]', colour: 'green' },
  problem: { sign: '✗', ascii: '[no]', colour: 'red' },
  warning: { sign: '!', ascii: '[! ]', colour: 'yellow' },
  unknown: { sign: '?', ascii: '[? ]', colour: 'grey' },
  info: { sign: '·', ascii: '[  ]', colour: 'grey' },
};

/** Whether the locale can show signs beyond ASCII. */
const isUtf8 = ({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');

/** One check: a sign, what was checked, what was seen, and what mends it. */
function findingText({ check, verdict, message, mend, lines = [] }: Finding, { env, terminal }: Io): string {
  const { sign, ascii, colour } = SIGNS[verdict];
  const mark = coloured(isUtf8(env) ? sign : ascii, colour, terminal.colour);
  const to = mend === undefined ? '' : `\n    to mend it: ${printable(mend)}`;
  const log = lines.map((line) => `\n    | ${printable(line)}`).join('');
  return `${mark} ${printable(check)}: ${printable(message)}${log}${to}\n`;
}

const count = (findings: readonly Finding[], verdict: Verdict): number =>
  findings.filter((each) => each.verdict === verdict).length;

function summary(findings: readonly Finding[]): string {
  const some = (verdict: Verdict, word: string) => {
    const found = count(findings, verdict);
    return `${found} ${word}${found === 1 ? '' : 's'}`;
  };
  const counts = [
    some('problem', 'problem'),
    some('warning', 'warning'),
    `${count(findings, 'unknown')} unknown`,
  ];
  return `${findings.length} checks: ${counts.join(', ')}\n`;
}

/** `kubectl lockstep doctor` */
export const doctor: Run<(typeof DOCTOR)['options']> = async (session, { args, values }) => {
  const { io } = session;
  if (args.length === 0 && (values.exec || values.logs))
    throw usageError('--exec and --logs need a workload: kubectl lockstep doctor TYPE/NAME --exec');
  const { findings, notes } =
    args.length === 0
      ? { findings: await examineInstallation(session), notes: [] }
      : await examineWorkload(session, oneWorkload(args), values);
  const lacksFlags = session.clusterFlags !== '' && findings.some(({ mend }) => mend?.includes('kubectl '));
  printNotes(io, [
    ...notes,
    ...(lacksFlags ? [`the commands need${session.clusterFlags}, as this one`] : []),
  ]);
  if (isData(values.output))
    printData(io, { apiVersion: 'kubectl.lockstep.dev/v1', kind: 'Diagnosis', findings }, values.output);
  else io.out(`${findings.map((each) => findingText(each, io)).join('')}\n${summary(findings)}`);
  return count(findings, 'problem') > 0 ? 1 : 0;
};
