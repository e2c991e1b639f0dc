/**
 * `npm run histories -- --runs 500`: a long search for a history that violates an invariant, on a control
 * plane of its own. The exit code is 1 if it finds one.
 */
import { Command, Option } from 'commander';
import { startCluster } from '../../lab/control-plane/cluster.ts';
import { catchInterrupt, knownNames, seedOption, whole } from '../kit/command-line.ts';
import { EVERYDAY, KINDS_CHOICES, type Kinds, PIN_CHOICES, type Pins, type Weights } from './arbitraries.ts';
import { type Arena, FOLLOWING_EDITS, openArena } from './arena.ts';
import { BUGS, type Bug } from './bugs.ts';
import { OPERATION_KINDS } from './operations.ts';
import { planted } from './planted-program.ts';
import { describeFailure, search } from './search.ts';
import { describeTally } from './tally.ts';

interface Flags {
  readonly seed: number;
  readonly path?: string;
  readonly runs: number;
  readonly clients: number;
  readonly length: number;
  readonly kills: number;
  readonly minutes: number;
  readonly shrinkMinutes: number;
  readonly edits: boolean;
  readonly bug?: Bug;
  readonly only: Weights;
  readonly pins: Pins;
  readonly kinds: Kinds;
}

/** The usual weights of the kinds that are named. Other kinds are left out. */
function kindsOf(text: string): Weights {
  const kinds = knownNames(text, OPERATION_KINDS);
  return Object.fromEntries(kinds.map((kind) => [kind, EVERYDAY[kind]]));
}

const flags = new Command('histories')
  .addOption(seedOption())
  .option('--path <path>', 'begin at this history of the seed')
  .option('--runs <number>', 'how many histories', whole, 200)
  .option('--clients <number>', 'the most clients at once', whole, 4)
  .option('--length <number>', 'the most operations of one client', whole, 30)
  .option('--kills <number>', 'the most kills in a history', whole, 3)
  .option('--minutes <number>', 'begin no history after', whole, 60)
  .option('--shrink-minutes <number>', 'look for a shorter failing history for so long', whole, 5)
  .addOption(
    new Option('--only <kinds>', 'only operations of these kinds, for example scale,edit')
      .argParser(kindsOf)
      .default(EVERYDAY, 'all'),
  )
  .addOption(
    new Option('--pins <what>', 'which workloads ask for copies at first')
      .choices(PIN_CHOICES)
      .default('drawn'),
  )
  .addOption(
    new Option('--kinds <what>', 'what kinds the workloads are').choices(KINDS_CHOICES).default('mixed'),
  )
  .option('--edits', 'lockstep follows edits, and rolls without a call', false)
  .addOption(new Option('--bug <name>', 'plant a bug').choices(Object.keys(BUGS)))
  .parse()
  .opts<Flags>();

const { seed, path, runs, clients, length, kills, minutes, shrinkMinutes, bug, only, pins, kinds, edits } =
  flags;
const parts = [edits ? FOLLOWING_EDITS : {}, bug === undefined ? {} : planted(bug)];
const program = { ...parts[0], ...parts[1], flags: parts.flatMap((part) => part.flags ?? []) };
const interrupt = catchInterrupt();

console.error(`seed ${seed}`);
const cluster = await startCluster({ signal: interrupt });
let arena: Arena | undefined;
try {
  arena = await openArena(cluster, program);
  let count = 0;
  const work = search(arena, {
    ...{ seed, path, runs, clients, length, kills, weights: only, pins, kinds },
    timeLimitMs: minutes * 60_000,
    shrinkMs: shrinkMinutes * 60_000,
    onHistory(plan, { violations }) {
      count += 1;
      const size = plan.clients.map((operations) => operations.length).join('+');
      console.error(`${count}: ${size} operations, ${plan.kills.length} kills`);
      // A shorter history may break something else.
      for (const { invariant, message } of violations) console.error(`  ${invariant}: ${message}`);
    },
  });
  const { tally, failure } = await Promise.race([work, cluster.failure]);
  console.log(describeTally(tally).join('\n'));
  console.log(failure ? describeFailure(failure).join('\n') : 'no violation');
  if (failure) process.exitCode = 1;
} catch (error) {
  if (!interrupt.aborted) console.error(error);
  process.exitCode = interrupt.aborted ? 130 : 1;
} finally {
  // An interrupt has already stopped the cluster. Then there is no registration to remove.
  await arena?.close().catch(() => undefined);
  await cluster.stop();
  // A history that was interrupted would try on and on.
  process.exit();
}
