import { PIN as PIN_LABEL } from '../lockstep/pinned.ts';

/** What a user types, but for `kubectl`; `POD` stands for the name of one that runs. */
type Step = readonly string[];

/** The same keystrokes, twice. */
export interface Act {
  readonly title: string;
  readonly lockstep: boolean;
  /** Of the Deployment. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Steps, and a look at what came of them. */
export interface Scene {
  readonly steps: readonly Step[];
  readonly replicas: number;
}

export interface Story {
  readonly acts: readonly [Act, Act];
  readonly scenes: readonly Scene[];
  /** Of the chart. */
  readonly values: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** What the values that clients get are to be, by act and scene. */
  readonly promised: readonly [readonly string[], readonly string[]];
}

const EDIT: Step = ['patch', 'configmap', 'app', '--patch', '{"data":{"a":"2"}}'];
const SCALE_UP: Step = ['scale', 'deployment/web', '--replicas=4'];
const STATUS: Step = ['rollout', 'status', 'deployment/web'];

/** Configuration is edited, and pods come later. */
export const SCALE: Story = {
  acts: [
    { title: 'without lockstep', lockstep: false, labels: {} },
    { title: 'with lockstep', lockstep: true, labels: {} },
  ],
  scenes: [{ steps: [EDIT, SCALE_UP, STATUS], replicas: 4 }],
  values: {},
  flags: [],
  promised: [['1 2'], ['2']],
};

/** A pod is replaced before anything has rolled; and what was rolled out is taken back. */
export const PIN: Story = {
  acts: [
    { title: 'lockstep, not pinned', lockstep: true, labels: {} },
    {
      title: 'lockstep, and the Deployment is labelled lockstep.dev/pin: enabled',
      lockstep: true,
      labels: PIN_LABEL,
    },
  ],
  scenes: [
    { steps: [EDIT, ['delete', 'pod', 'POD'], STATUS], replicas: 2 },
    { steps: [SCALE_UP, STATUS], replicas: 4 },
    { steps: [['rollout', 'undo', 'deployment/web'], STATUS], replicas: 4 },
  ],
  values: { 'pin.enabled': 'true' },
  flags: ['--pin=on'],
  promised: [
    ['1 2', '2', '2'],
    ['1', '2', '1'],
  ],
};
