import { parseArgs } from 'node:util';
import { AGAINST_PEPR, type BenchCall, BUDGETS, type Budget, makeCalls } from './calls.ts';
import { percentile, type Times, timeCall } from './measure.ts';
import { PEPR_PATH } from './pepr.ts';
import { memoryOf, processorMs } from './process-cost.ts';
import { writeResults } from './results.ts';
import { post, updateOf } from './reviews.ts';
import { type Contestant, type Stage, setStage } from './stage.ts';
import { compareThroughApi } from './through-api.ts';
import { type Comparison, markdownOf } from './verdicts.ts';

/**
 * Compares reviews with bare webhooks in the same run. Contestants take turns, so that the load of the machine is the
 * same for all. Only ratios can be compared between machines.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '400' }, out: { type: 'string' } },
});
const ROUNDS = Number(values.rounds);
const WARM_UP = Math.ceil(ROUNDS / 4);

/** What went before a call warms caches or cools them, so each round has another order. */
function shuffled<T>(items: readonly T[]): readonly T[] {
  const places = items.map((item) => ({ item, at: Math.random() }));
  return places.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
}

/** The time of each call, one after the other. */
async function timesOf(calls: readonly BenchCall[]): Promise<Times> {
  const [times, warmUp]: [Times, Times] = [new Map(), new Map()];
  for (let round = -WARM_UP; round < ROUNDS; round += 1)
    for (const { name, send, prepare } of shuffled(calls)) {
      await prepare?.();
      await timeCall(round < 0 ? warmUp : times, name, send);
    }
  return times;
}

/** Processor time of one review, in milliseconds: the least of some turns, as others share the machine. */
async function processorOf(calls: readonly BenchCall[]): Promise<ReadonlyMap<string, number>> {
  const REVIEWS = Math.ceil(ROUNDS / 10);
  const least = new Map<string, number>();
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const { name, to, send } of calls) {
      const before = await processorMs(to.pid);
      for (let i = 0; i < REVIEWS; i += 1) await send();
      const each = ((await processorMs(to.pid)) - before) / REVIEWS;
      least.set(name, Math.min(each, least.get(name) ?? each));
    }
  return least;
}

/** How many workloads take part in the measurement of throughput: reads of one workload would be shared. */
const WORKLOADS = 32;
const TURN_MS = 1_000;
const TURNS = 5;

async function rateOf(
  stage: Stage,
  to: Contestant,
  path: string,
  bodies: readonly string[],
  connections: number,
): Promise<number> {
  const clients = Array.from({ length: connections }, () => stage.connect(to));
  let next = 0;
  let answered = 0;
  const started = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < started + TURN_MS) {
        await post(client, path, bodies[next++ % bodies.length] ?? '');
        answered += 1;
      }
      await client.close();
    }),
  );
  return (1000 * answered) / (performance.now() - started);
}

const median = (numbers: readonly number[]): number => percentile(numbers, 0.5);

/** Rates of lockstep, and of what it is compared with, in turns. */
async function throughput(
  stage: Stage,
  bodies: readonly string[],
  floor: { readonly name: string; readonly to: Contestant; readonly path: string },
  connections: number,
  budget?: number,
): Promise<Comparison> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    theirs.push(await rateOf(stage, floor.to, floor.path, bodies, connections));
    ours.push(await rateOf(stage, stage.lockstep, '/admission/template', bodies, connections));
  }
  const what = `reviews of ${WORKLOADS} workloads over ${connections} connections, against ${floor.name}`;
  return { what, measured: median(ours), floor: median(theirs), unit: '/s', moreIsBetter: true, budget };
}

function latency(budgets: readonly Budget[], times: Times): readonly Comparison[] {
  return budgets.flatMap(({ call, floor, p50, p99 }) =>
    ([50, 99] as const).map((p) => ({
      what: `${call}: p${p}, against ${floor}`,
      measured: percentile(times.get(call) ?? [], p / 100),
      floor: percentile(times.get(floor) ?? [], p / 100),
      unit: 'ms',
      budget: p === 50 ? p50 : p99,
    })),
  );
}

const processor = (budgets: readonly Budget[], least: ReadonlyMap<string, number>): readonly Comparison[] =>
  budgets
    .filter(({ call }) => least.has(call))
    .map(({ call, floor }) => ({
      what: `${call}: processor time, against ${floor}`,
      measured: least.get(call) ?? 0,
      floor: least.get(floor) ?? 0,
      unit: 'ms',
      budget: undefined,
    }));

const say = (what: string) => process.stderr.write(`${what} ...\n`);

say('starting a control plane, lockstep and bare webhooks');
const stage = await setStage();
try {
  const atRest = await memoryOf(stage.lockstep.pid);
  say('making workloads');
  const calls = await makeCalls(stage);
  const bodies: string[] = [];
  for (let i = 0; i < WORKLOADS; i += 1) {
    const name = `w${i}`;
    bodies.push(updateOf(stage.namespace, name, await stage.makeWorkload(name, 1)));
  }
  const ofPepr = new Set(AGAINST_PEPR.flatMap(({ call, floor }) => [call, floor]));
  const toPepr = calls.filter(({ name }) => ofPepr.has(name));
  // Edits of a MiB keep the API server busy for a while.
  const edited = calls.filter(({ prepare }) => prepare);
  const others = calls.filter(({ to, prepare }) => to !== stage.pepr && !prepare);
  say('one review after the other');
  const times = await timesOf(others);
  for (const [name, all] of await timesOf(edited)) times.set(name, all);
  say('processor time');
  const least = await processorOf(others);
  say('throughput');
  const oneGet = { name: 'one GET', to: stage.floor, path: '/gets/1' };
  const rates: Comparison[] = [];
  for (const connections of [1, 16, 64])
    rates.push(await throughput(stage, bodies, oneGet, connections, connections === 16 ? 0.9 : undefined));
  say('through the API server');
  const through = await compareThroughApi(stage);
  const underLoad = await memoryOf(stage.lockstep.pid);
  say('pepr');
  const timesOfPepr = await timesOf(toPepr);
  const leastOfPepr = await processorOf(toPepr);
  const pepr = { name: 'pepr', to: stage.pepr, path: PEPR_PATH };
  rates.push(await throughput(stage, bodies, pepr, 16, 1));
  const memory = {
    'at rest': atRest,
    'under load': underLoad,
    'of pepr, under load': await memoryOf(stage.pepr.pid),
  };
  const comparisons = [
    ...latency(BUDGETS, times),
    ...rates,
    ...through.comparisons,
    ...processor(BUDGETS, least),
    ...latency(AGAINST_PEPR, timesOfPepr),
    ...processor(AGAINST_PEPR, leastOfPepr),
  ];
  process.stdout.write(markdownOf(comparisons));
  for (const [when, { resident, own }] of Object.entries(memory))
    process.stdout.write(`memory ${when}: ${resident.toFixed(0)} MiB, ${own.toFixed(0)} of them its own\n`);
  const raw = Object.fromEntries([...times, ...through.times]);
  await writeResults(values.out, { comparisons, memory, raw });
} finally {
  await stage.close();
}
