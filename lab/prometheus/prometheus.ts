import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { request } from 'undici';
import { findPrograms } from '../control-plane/binaries.ts';
import { orFailure } from '../control-plane/control-plane.ts';
import { eventually } from '../control-plane/eventually.ts';
import { freePort } from '../control-plane/ports.ts';
import { openKeeper } from '../keeper/keeper.ts';

const Labels = Type.Record(Type.String(), Type.String());
const Answer = Compile(
  Type.Object({
    status: Type.Literal('success'),
    data: Type.Object({
      resultType: Type.Literal('vector'),
      result: Type.Array(Type.Object({ metric: Labels, value: Type.Tuple([Type.Number(), Type.String()]) })),
    }),
  }),
);

/** One series of the result of a query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A Prometheus that scrapes five times a second. It extrapolates an increase by up to one interval, so counts of a story of
 * a few seconds are right when they are rounded.
 */
export interface Prometheus extends AsyncDisposable {
  /** Evaluates an expression now. @throws Error with Prometheus' words if it refuses the expression */
  query(expression: string): Promise<readonly Sample[]>;
}

/** What it scrapes: `host:port`, with the labels that the Prometheus Operator sets. */
export interface Target {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

const configOf = (targets: readonly Target[]) => ({
  global: { scrape_interval: '200ms', scrape_timeout: '200ms' },
  scrape_configs: [
    {
      job_name: 'lockstep',
      static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
    },
  ],
});

/** Starts Prometheus on loopback. It ends with this process, and leaves no files. */
export async function startPrometheus(targets: readonly Target[]): Promise<Prometheus> {
  const { prometheus: command } = await findPrograms(['prometheus']);
  const address = `127.0.0.1:${await freePort()}`;
  const keeper = await openKeeper(join(tmpdir(), 'lockstep-prometheus-'));
  // JSON is YAML.
  await writeFile(join(keeper.dir, 'prometheus.yml'), JSON.stringify(configOf(targets)));
  keeper.start({
    name: 'prometheus',
    command,
    args: ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${address}`],
  });
  const get = async (path: string, signal?: AbortSignal) => {
    const { statusCode, body } = await request(`http://${address}${path}`, signal ? { signal } : {});
    return { statusCode, text: await body.text() };
  };
  const isReady = async (signal: AbortSignal) => (await get('/-/ready', signal)).statusCode === 200;
  try {
    await orFailure(keeper, (signal) =>
      eventually(() => isReady(signal), { what: 'Prometheus answering', signal }),
    );
  } catch (error) {
    await keeper.stop();
    throw error;
  }
  return {
    async query(expression) {
      const { text } = await get(`/api/v1/query?query=${encodeURIComponent(expression)}`);
      const answer: unknown = JSON.parse(text);
      if (!Answer.Check(answer)) throw new Error(`${expression}\n${text}`);
      return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    [Symbol.asyncDispose]: () => keeper.stop(),
  };
}
