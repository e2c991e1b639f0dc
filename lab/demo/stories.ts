import { PIN as PIN_LABEL } from '../lockstep/pinned.ts';
import { DAEMON_SET, DEPLOYMENT, JOB, JOINING, POOL, STATEFUL_SET, type Workload } from './workloads.ts';

/** The arguments that a user types after `kubectl`. `POD` stands for the name of a running pod. */
type Step = readonly string[];

/** One run of the commands. All acts of a story have the same, and may look at more. */
export interface Act {
  readonly title: string;
  readonly lockstep: boolean;
  /** Of the workload. */
  readonly labels?: Readonly<Record<string, string>>;
  /** More of the workload's spec. */
  readonly spec?: object;
  /** Steps that only look at the result of a scene. */
  readonly looks?: readonly Step[];
}

/** Steps, followed by a look at the result. */
export interface Scene {
  readonly steps: readonly Step[];
  /** The number of pods after them. */
  readonly pods: number;
}

export interface Story {
  readonly workload: Workload;
  readonly acts: readonly Act[];
  readonly scenes: readonly Scene[];
  /** Of the chart. */
  readonly values: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** The values that clients must get, by act and scene. */
  readonly promised: readonly (readonly string[])[];
}

const EDIT: Step = ['patch', 'configmap', 'app', '--patch', '{"data":{"a":"2"}}'];
const LOSE_A_POD: Step = ['delete', 'pod', 'POD'];
const scale = ({ word }: Workload, replicas: number): Step => [
  'scale',
  `${word}/web`,
  `--replicas=${replicas}`,
];
const rollout = (verb: 'status' | 'restart' | 'undo', { word }: Workload): Step => [
  'rollout',
  verb,
  `${word}/web`,
];

/** A node gets the label that the DaemonSet selects, as a new node has it from the start. */
const JOIN: readonly Step[] = [
  ['label', 'node', JOINING, `${POOL}=web`],
  ['wait', '--for=jsonpath={.status.numberReady}=2', '--timeout=60s', 'daemonset/web'],
  rollout('status', DAEMON_SET),
];

const WITHOUT: Act = { title: 'without lockstep', lockstep: false };
const WITH: Act = { title: 'with lockstep', lockstep: true };

/** Without pin and with it. */
const pinActs = (label: string): readonly Act[] => [
  { title: 'lockstep, not pinned', lockstep: true },
  {
    title: `lockstep, and the ${label} is labelled lockstep.dev/pin: enabled`,
    lockstep: true,
    labels: PIN_LABEL,
  },
];

const UNPINNED = { values: {}, flags: [] };
const PINNED = { values: { 'pin.enabled': 'true' }, flags: ['--pin=on'] };

/** lockstep leaves this note on a workload when it has started a rollout after an edit. */
const NOTE = String.raw`--for=jsonpath={.metadata.annotations.lockstep\.dev/edited}`;

/** Configuration is edited, and nobody calls the API for the workload. */
const editOf = (workload: Workload): Story => ({
  workload,
  acts: [
    { ...WITHOUT, looks: [rollout('status', workload)] },
    {
      title: 'with lockstep, and edit.enabled in its chart: the edit alone starts a rollout',
      lockstep: true,
      looks: [
        ['wait', NOTE, `${workload.word}/web`, '--timeout=60s'],
        rollout('status', workload),
        ['events', `--for=${workload.word}/web`],
      ],
    },
  ],
  scenes: [{ steps: [EDIT], pods: workload.pods }],
  values: { 'edit.enabled': 'true' },
  flags: ['--edit=on'],
  promised: [['1'], ['2']],
});

/** Configuration is edited, and pods are created later. */
const ofDeployment: Story = {
  workload: DEPLOYMENT,
  acts: [WITHOUT, WITH],
  scenes: [{ steps: [EDIT, scale(DEPLOYMENT, 4), rollout('status', DEPLOYMENT)], pods: 4 }],
  ...UNPINNED,
  promised: [['1 2'], ['2']],
};

const ofStatefulSet: Story = {
  workload: STATEFUL_SET,
  acts: [
    WITHOUT,
    { ...WITH, title: 'with lockstep; pods start one after another (podManagementPolicy: OrderedReady)' },
    {
      ...WITH,
      title: 'with lockstep; pods start all at once (podManagementPolicy: Parallel)',
      spec: { podManagementPolicy: 'Parallel' },
    },
  ],
  scenes: [{ steps: [EDIT, scale(STATEFUL_SET, 6), rollout('status', STATEFUL_SET)], pods: 6 }],
  ...UNPINNED,
  promised: [['1 2'], ['2'], ['2']],
};

/** Nobody calls the API for the DaemonSet: its controller creates a pod for the new node. */
const ofDaemonSet: Story = {
  workload: DAEMON_SET,
  acts: [WITHOUT, WITH],
  scenes: [{ steps: [EDIT, ...JOIN, ['events', '--for=daemonset/web', '--types=Warning']], pods: 2 }],
  ...UNPINNED,
  promised: [['1 2'], ['2']],
};

/** The template of a Job is fixed, so its pods can be alike only if they read copies. */
const ofJob: Story = {
  workload: JOB,
  acts: [
    WITHOUT,
    { ...WITH, title: 'with lockstep, and the Job is labelled lockstep.dev/pin: enabled', labels: PIN_LABEL },
  ],
  scenes: [{ steps: [EDIT, LOSE_A_POD], pods: 2 }],
  ...PINNED,
  promised: [['1 2'], ['1']],
};

/** A pod is replaced before any rollout, and a rollout is undone. */
const pinOf = (workload: Workload, label: string): Story => ({
  workload,
  acts: pinActs(label),
  scenes: [
    { steps: [EDIT, LOSE_A_POD, rollout('status', workload)], pods: 2 },
    { steps: [scale(workload, 4), rollout('status', workload)], pods: 4 },
    { steps: [rollout('undo', workload), rollout('status', workload)], pods: 4 },
  ],
  ...PINNED,
  promised: [
    ['1 2', '2', '2'],
    ['1', '2', '1'],
  ],
});

/** A node joins before any rollout, and a rollout is undone. */
const pinOfDaemonSet: Story = {
  workload: DAEMON_SET,
  acts: pinActs('DaemonSet'),
  scenes: [
    { steps: [EDIT, ...JOIN], pods: 2 },
    { steps: [rollout('restart', DAEMON_SET), rollout('status', DAEMON_SET)], pods: 2 },
    { steps: [rollout('undo', DAEMON_SET), rollout('status', DAEMON_SET)], pods: 2 },
  ],
  ...PINNED,
  promised: [
    ['2', '2', '2'],
    ['1', '2', '1'],
  ],
};

interface StoriesOfKind {
  readonly plain: Story;
  readonly pinned: Story;
  /** Undefined: an edit does not concern the kind. */
  readonly edited: Story | undefined;
}

/** The stories of each kind, as `--kind` names them. */
export const STORIES: Readonly<Record<Workload['word'], StoriesOfKind>> = {
  deployment: {
    plain: ofDeployment,
    pinned: pinOf(DEPLOYMENT, 'Deployment'),
    edited: editOf(DEPLOYMENT),
  },
  statefulset: {
    plain: ofStatefulSet,
    pinned: pinOf(STATEFUL_SET, 'StatefulSet'),
    edited: editOf(STATEFUL_SET),
  },
  daemonset: { plain: ofDaemonSet, pinned: pinOfDaemonSet, edited: editOf(DAEMON_SET) },
  job: { plain: ofJob, pinned: ofJob, edited: undefined },
};
