import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BarChart,
  type BarSeriesOption,
  LineChart,
  type LineSeriesOption,
  ScatterChart,
  type ScatterSeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Comparison, ratioOf, verdictOf } from './verdicts.ts';

/**
 * Draws the pictures of docs/performance.md from the results of runs: `node bench/plots.ts RESULTS.json ...`. Each file
 * has some of the parts.
 */
use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

type Option = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | ScatterSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | TitleComponentOption
>;

interface Results {
  readonly comparisons?: readonly Comparison[];
  readonly growth?: readonly {
    readonly sources: number;
    readonly p50: number;
    readonly p99: number;
    readonly resident: number;
    readonly own: number;
  }[];
}

const FOLDER = join(import.meta.dirname, '..', 'docs', 'performance');
const [GOOD, BAD, PLAIN] = ['#2e7d32', '#c62828', '#546e7a'];
const TEXT = { fontFamily: 'sans-serif', color: '#37474f' };

async function draw(file: string, height: number, option: Option): Promise<void> {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 940, height });
  chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle: TEXT, ...option });
  await writeFile(join(FOLDER, file), `${chart.renderToSVGString()}\n`);
  chart.dispose();
}

const colourOf = (comparison: Comparison): string =>
  ({ pass: GOOD, fail: BAD, '': PLAIN })[verdictOf(comparison)];

/** How many times what it is compared with each thing takes, with its budget as a mark. */
function ratios(comparisons: readonly Comparison[]): Option {
  const rows = comparisons.toReversed();
  return {
    title: {
      text: 'lockstep, compared with bare webhooks. Black marks: budgets',
      textStyle: { fontSize: 14 },
    },
    grid: { left: 470, right: 60, top: 40, bottom: 30 },
    xAxis: { type: 'value', name: 'times' },
    yAxis: { type: 'category', data: rows.map(({ what }) => what), axisLabel: { fontSize: 11 } },
    series: [
      {
        type: 'bar',
        barWidth: '60%',
        data: rows.map((each) => ({ value: ratioOf(each), itemStyle: { color: colourOf(each) } })),
        label: { show: true, position: 'right', formatter: ({ value }) => Number(value).toFixed(2) },
      },
      {
        type: 'scatter',
        symbol: 'rect',
        symbolSize: [3, 18],
        itemStyle: { color: '#000000' },
        silent: true,
        data: rows.flatMap(({ budget }, at) => (budget === undefined ? [] : [[budget, at]])),
      },
    ],
  };
}

function growthOf(
  growth: NonNullable<Results['growth']>,
  title: string,
  unit: string,
  lines: Readonly<Record<string, (point: NonNullable<Results['growth']>[number]) => number>>,
): Option {
  return {
    title: { text: title, textStyle: { fontSize: 14 } },
    legend: { top: 26, right: 30 },
    grid: { left: 60, right: 30, top: 60, bottom: 50 },
    xAxis: {
      type: 'log',
      name: 'ConfigMaps, Secrets and workloads of each',
      nameLocation: 'middle',
      nameGap: 28,
    },
    yAxis: { type: 'value', name: unit, min: 0 },
    series: Object.entries(lines).map(([name, of]) => ({
      type: 'line' as const,
      name,
      data: growth.map((point) => [point.sources, of(point)]),
    })),
  };
}

await mkdir(FOLDER, { recursive: true });
for (const file of process.argv.slice(2)) {
  const { comparisons, growth } = JSON.parse(await readFile(file, 'utf8')) as Results;
  if (comparisons) await draw('ratios.svg', 40 + 22 * comparisons.length + 30, ratios(comparisons));
  if (!growth) continue;
  const time = growthOf(growth, 'Time of an update in step', 'ms', {
    p50: ({ p50 }) => p50,
    p99: ({ p99 }) => p99,
  });
  await draw('growth-time.svg', 320, time);
  const memory = growthOf(growth, 'Memory', 'MiB', {
    resident: ({ resident }) => resident,
    'its own': ({ own }) => own,
  });
  await draw('growth-memory.svg', 320, memory);
}
