import { CustomChart, type CustomSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([CustomChart, GridComponent, TitleComponent, SVGRenderer]);

/** The parts of V8's `.cpuprofile` that a flame graph needs. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** In microseconds. */
  readonly timeDeltas: readonly number[];
}

/** A function, with the time of all that it calls. */
interface Frame {
  readonly name: string;
  readonly owner: Owner;
  readonly depth: number;
  /** Where it begins, and how long it takes, in microseconds. */
  readonly from: number;
  readonly time: number;
}

const COLOURS = {
  lockstep: '#ef6c00',
  fastify: '#8e24aa',
  undici: '#1e88e5',
  'other packages': '#00897b',
  'Node.js': '#90a4ae',
} as const;
type Owner = keyof typeof COLOURS;

function ownerOf(url: string): Owner {
  if (url.includes('/node_modules/fastify/')) return 'fastify';
  if (url.includes('/node_modules/undici/')) return 'undici';
  if (url.includes('/node_modules/')) return 'other packages';
  return url.startsWith('file:') ? 'lockstep' : 'Node.js';
}

type Node = CpuProfile['nodes'][number];

/** Time that is nobody's: the process waits, or V8 does not know. */
const isNobodys = ({ callFrame }: Node) => ['(idle)', '(program)'].includes(callFrame.functionName);

/**
 * The frames of a profile. Calls of one function by one other are put together, whenever they were.
 * @param from the part of the samples that is left out at the beginning: the start, and what is not compiled yet
 * @param least frames with a smaller part of the time are left out
 */
export function framesOf(profile: CpuProfile, from: number, least: number): readonly Frame[] {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const self = new Map<number, number>();
  const first = Math.floor(from * profile.samples.length);
  for (const [i, id] of profile.samples.entries())
    if (i >= first) self.set(id, (self.get(id) ?? 0) + (profile.timeDeltas[i] ?? 0));
  const times = new Map<number, number>();
  const timeOf = (node: Node): number => {
    const known = times.get(node.id);
    if (known !== undefined) return known;
    const below = (node.children ?? []).flatMap((id) => byId.get(id) ?? []);
    const own = isNobodys(node) ? 0 : (self.get(node.id) ?? 0);
    const time = below.reduce((sum, each) => sum + timeOf(each), own);
    times.set(node.id, time);
    return time;
  };
  const [root] = profile.nodes;
  const frames: Frame[] = [];
  if (!root) return frames;
  const all = timeOf(root);
  const add = (nodes: readonly Node[], depth: number, at: number): void => {
    const named = Map.groupBy(nodes, ({ callFrame: { functionName, url } }) => `${functionName} ${url}`);
    const groups = [...named.values()].map((same) => ({
      same,
      time: same.reduce((sum, node) => sum + timeOf(node), 0),
    }));
    let next = at;
    for (const { same, time } of groups.toSorted((a, b) => b.time - a.time)) {
      const [{ callFrame } = root] = same;
      if (time < least * all) continue;
      const name = callFrame.functionName || '(anonymous)';
      frames.push({ name, owner: ownerOf(callFrame.url), depth, from: next, time });
      add(
        same.flatMap(({ children = [] }) => children.flatMap((id) => byId.get(id) ?? [])),
        depth + 1,
        next,
      );
      next += time;
    }
  };
  add([root], 0, 0);
  return frames;
}

const ROW = 15;
const WIDTH = 1_200;
const LETTER = 6;

/** Draws frames as SVG: the wider, the more time. */
export function drawFlames(title: string, frames: readonly Frame[]): string {
  const deepest = Math.max(...frames.map(({ depth }) => depth));
  const all = frames[0]?.time ?? 1;
  const height = (deepest + 1) * ROW + 60;
  const option: ComposeOption<CustomSeriesOption | GridComponentOption | TitleComponentOption> = {
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: title,
      subtext: Object.entries(COLOURS)
        .map(([owner], i) => `{c${i}|■} ${owner}`)
        .join('   '),
      textStyle: { fontSize: 14 },
      subtextStyle: {
        rich: Object.fromEntries(Object.values(COLOURS).map((color, i) => [`c${i}`, { color }])),
      },
    },
    grid: { left: 5, right: 5, top: 55, bottom: 5 },
    xAxis: { type: 'value', min: 0, max: all, show: false },
    yAxis: { type: 'value', min: 0, max: deepest + 1, inverse: true, show: false },
    series: [
      {
        type: 'custom',
        data: frames.map(({ from, time, depth }, i) => [from, time, depth, i]),
        renderItem(_params, api) {
          const [from = 0, time = 0, depth = 0, i = 0] = [0, 1, 2, 3].map((at) => Number(api.value(at)));
          const frame = frames[i];
          const [x = 0, y = 0] = api.coord([from, depth]);
          const [width = 0] = (api.size?.([time, 1]) ?? []) as number[];
          const text = frame && frame.name.length * LETTER < width ? frame.name : '';
          return {
            type: 'rect',
            shape: { x, y, width: Math.max(width - 0.5, 0.5), height: ROW - 1 },
            style: { fill: COLOURS[frame?.owner ?? 'Node.js'], opacity: 0.85 },
            textContent: {
              type: 'text',
              style: { text, fill: '#ffffff', fontSize: 10, fontFamily: 'monospace' },
            },
            textConfig: { position: 'insideLeft' },
          };
        },
      },
    ],
  };
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
