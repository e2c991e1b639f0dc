/**
 * `npm run hostile -- --minutes 60 --seed 7`: hostile tenants against lockstep on a control plane of its own,
 * beside a bystander whose calls are all checked. The exit code is 1 if it finds a fault.
 */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { startCluster } from '../../lab/control-plane/cluster.ts';
import { catchInterrupt, knownNames, seedOption, whole } from '../kit/command-line.ts';
import { FAMILY_NAMES, type FamilyName } from './attack/families.ts';
import { BUG_NAMES, type Bug } from './bugs.ts';
import { planted } from './planted-program.ts';
import { run } from './run.ts';
import { describeFound, describeTally } from './tally.ts';

interface Flags {
  readonly seed: number;
  readonly from: number;
  readonly cases: number;
  readonly minutes: number;
  readonly shrinkMinutes: number;
  readonly deadline: number;
  readonly pause: number;
  readonly only: readonly FamilyName[];
  readonly direct: boolean;
  readonly policies: boolean;
  readonly clientCertificates?: boolean;
  readonly verbose?: boolean;
  readonly bug?: Bug;
}

const flags = new Command('hostile')
  .addOption(seedOption())
  .option('--from <number>', 'begin at this case of the seed', whole, 0)
  .option('--cases <number>', 'how many cases', whole, 1_000_000)
  .option('--minutes <number>', 'begin no case after', whole, 5)
  .option(
    '--shrink-minutes <number>',
    'look for a smaller attack for so long, for each kind of fault',
    whole,
    1,
  )
  .option('--deadline <seconds>', 'the webhook’s timeout', whole, 5)
  .option('--pause <ms>', 'the time between two operations of each of the bystander’s namespaces', whole, 300)
  .addOption(
    new Option('--only <families>', 'only attacks of these families, for example work,copies')
      .argParser((text) => knownNames(text, FAMILY_NAMES))
      .default(FAMILY_NAMES, 'all'),
  )
  .option('--no-policies', 'switch the chart’s ValidatingAdmissionPolicies off')
  .option('--client-certificates', 'let lockstep answer nobody but the API server')
  .option('--no-direct', 'send no reviews to the webhook’s port')
  .addOption(new Option('--bug <name>', 'plant a bug').choices(BUG_NAMES))
  .option('--verbose', 'print each case')
  .parse()
  .opts<Flags>();

const {
  seed,
  from,
  cases,
  minutes,
  shrinkMinutes,
  deadline,
  pause,
  only,
  direct,
  policies,
  clientCertificates = false,
  verbose,
  bug,
} = flags;
/** Short, so that sweeps come to what a case leaves. */
const GRACE_MS = 4_000;
const interrupt = catchInterrupt();

console.error(`seed ${seed}`);
const auditPolicy = join(import.meta.dirname, 'audit-policy.yaml');
const cluster = await startCluster({ signal: interrupt, auditPolicy });
try {
  const work = run(cluster, {
    ...{ seed, from, cases, families: only, direct, policies, signal: interrupt },
    onlyApiServer: clientCertificates,
    ...{ deadlineSeconds: deadline, graceMs: GRACE_MS, pauseMs: pause },
    ...(bug && { program: planted([bug]) }),
    timeLimitMs: minutes * 60_000,
    shrinkMs: shrinkMinutes * 60_000,
    onCase(index, { family }, calls, ms) {
      if (verbose) console.error(`case ${index}: ${family}, ${calls} calls, ${Math.round(ms)} ms`);
    },
    onFound: (found) => console.error(describeFound(found, seed).join('\n')),
  });
  const tally = await Promise.race([work, cluster.failure]);
  console.log(describeTally(tally, seed).join('\n'));
  if (tally.found.size > 0) process.exitCode = 1;
} catch (error) {
  if (!interrupt.aborted) console.error(error);
  process.exitCode = interrupt.aborted ? 130 : 1;
} finally {
  await cluster.stop();
  process.exit();
}
