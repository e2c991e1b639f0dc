import { PIN as PIN_LABEL } from '../lockstep/pinned.ts';

/** The arguments that a user types after `kubectl`. `POD` stands for the name of a running pod. */
type Step = readonly string[];

/** One of two runs of the same commands. */
export interface Act {
  readonly title: string;
  readonly lockstep: boolean;
  /** Of the Deployment. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Steps, followed by a look at the result. */
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
  /** The values that clients must get, by act and scene. */
  readonly promised: readonly [readonly string[], readonly string[]];
}

const EDIT: Step = ['patch', 'configmap', 'app', '--patch', '{"data":{"a":"2"}}'];
const SCALE_UP: Step = ['scale', 'deployment/web', '--replicas=4'];
const STATUS: Step = ['rollout', 'status', 'deployment/web'];

/** Configuration is edited, and pods are created later. */
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

/** A pod is replaced before any rollout, and a rollout is undone. */
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
