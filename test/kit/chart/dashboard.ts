import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { chartFile } from './chart.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
const DataSource = Type.Object({ type: Type.Literal('prometheus'), uid: Type.Literal('${datasource}') });
const Place = Type.Object({ x: Type.Integer(), y: Type.Integer(), w: Type.Integer(), h: Type.Integer() });
const Row = Type.Object({
  id: Type.Integer(),
  type: Type.Literal('row'),
  title: Type.String(),
  gridPos: Place,
});
const Panel = Type.Object({
  id: Type.Integer(),
  type: Type.Union([Type.Literal('timeseries'), Type.Literal('stat'), Type.Literal('table')]),
  title: Type.String(),
  description: Type.String({ minLength: 1 }),
  datasource: DataSource,
  gridPos: Place,
  targets: Type.Array(
    Type.Object({
      refId: Type.String(),
      datasource: DataSource,
      expr: Type.String(),
      legendFormat: Type.String({ minLength: 1 }),
    }),
  ),
  fieldConfig: Type.Object({ defaults: Type.Object({ unit: Type.String() }) }),
});
const Dashboard = Type.Object({
  title: Type.String(),
  uid: Type.String(),
  panels: Type.Array(Type.Union([Row, Panel])),
  templating: Type.Object({
    list: Type.Array(Type.Object({ name: Type.String(), query: Type.Unknown() })),
  }),
});
const isDashboard = Compile(Dashboard);

export type Dashboard = Static<typeof Dashboard>;
export type Panel = Static<typeof Panel>;

/** The dashboard of the chart. */
export const dashboard = async (): Promise<Dashboard> =>
  isDashboard.Parse(JSON.parse(await chartFile('dashboards/lockstep.json')));

/** The panels of a dashboard that show something. */
export const panelsOf = ({ panels }: Dashboard): readonly Panel[] =>
  panels.flatMap((panel) => (panel.type === 'row' ? [] : [panel]));
