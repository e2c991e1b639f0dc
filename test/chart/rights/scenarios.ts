import { setTimeout } from 'node:timers/promises';
import { configMap, daemons, secret, web } from '../../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../../lab/lockstep/sandbox.ts';
import { BASELINE } from '../../../src/marks/names.ts';

/** A user's call that needs one right, and how to tell that it worked. */
export interface Scenario {
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly before?: (box: Sandbox) => Promise<unknown>;
  /** @returns the warnings that the user got */
  readonly call: (box: Sandbox) => Promise<string>;
  readonly done: (box: Sandbox, told: string) => Promise<boolean>;
  /** The call does not depend on the right, so no warning tells that it is missing. */
  readonly silent?: boolean;
}

const ENABLED = { 'lockstep.dev/inject': 'enabled' };
/** A workload with the label itself, so that lockstep need not read the namespace. */
const own = (podSpec?: object) => web({ labels: ENABLED, podSpec });
const withSecret = { volumes: [{ name: 'db', secret: { secretName: 'db' } }] };

const warningsOf = async (said: Promise<{ stderr: string }>): Promise<string> => (await said).stderr;
const scaleUp = (box: Sandbox) => warningsOf(box.kubectl(['scale', 'deployment/web', '--replicas=3']));
const counts =
  (...sources: readonly string[]): Scenario['done'] =>
  async (box) => {
    const recorded: unknown = JSON.parse((await box.marks()).sources ?? '{}');
    return Object.keys(Object(recorded)).join() === sources.join();
  };

/** A workload that is new to lockstep: its present revision, and the start of its pods, tell whether they differ. */
const adoption = (workload: object, name: string): Scenario => ({
  before: async (box) => {
    await box.apply(configMap({ a: '1' }), workload);
    await box.kubectl(['rollout', 'status', name, '--timeout=80s']);
  },
  call: (box) => warningsOf(box.kubectl(['label', name, 'lockstep.dev/inject=enabled'])),
  done: async (box) => (await box.kubectl(['get', name, '-o', 'yaml'])).stdout.includes(BASELINE),
});
const ADOPTION = adoption(web(), 'deployment/web');

/** The StatefulSet `web`. */
const stateful = (deployment: object) => ({ ...deployment, kind: 'StatefulSet' });
const scaleStateful = (box: Sandbox) => warningsOf(box.kubectl(['scale', 'statefulset/web', '--replicas=3']));

async function startDaemons(box: Sandbox): Promise<void> {
  await box.apply(configMap({ a: '1' }), daemons({ labels: ENABLED }));
  await box.kubectl(['rollout', 'status', 'daemonset/web', '--timeout=80s']);
}

/** @returns the warnings, or why the pod was refused */
async function createPodOfDaemons(box: Sandbox): Promise<string> {
  const { stdout: uid } = await box.kubectl(['get', 'daemonset/web', '-o', 'jsonpath={.metadata.uid}']);
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web', uid, controller: true };
  const metadata = { generateName: 'web-', ownerReferences: [owner] };
  const spec = { containers: [{ name: 'web', image: 'web:1' }] };
  const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
  return warningsOf(box.kubectl(['create', '-f', '-'], pod)).catch(String);
}

const immutable = (a: string) => ({ ...configMap({ a }), immutable: true });

/** Whether an event is recorded within two seconds: nobody waits for it. */
async function isRecorded(box: Sandbox, reason: string): Promise<boolean> {
  for (let i = 0; i < 20; i += 1) {
    if (JSON.stringify(await box.read('events')).includes(reason)) return true;
    await setTimeout(100);
  }
  return false;
}

/** The scenario for each right of the ClusterRole. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'create events': {
    silent: true,
    before: async (box) => {
      await box.apply(immutable('1'), own());
      await box.untilRolledOut();
      await box.kubectl(['delete', 'configmap', 'app']);
      await box.apply(immutable('2'));
    },
    call: scaleUp,
    done: (box) => isRecorded(box, 'ImmutableSourceRecreated'),
  },
  'get configmaps': {
    call: (box) => warningsOf(box.apply(configMap({ a: '1' }), own())),
    done: counts('configmap/app'),
  },
  'get secrets': {
    call: (box) => warningsOf(box.apply(configMap({ a: '1' }), secret({ p: '1' }), own(withSecret))),
    done: counts('configmap/app', 'secret/db'),
  },
  'get deployments': {
    before: (box) => box.apply(configMap({ a: '1' }), own()),
    call: scaleUp,
    done: async (_, said) => said === '',
  },
  // Needed only if a Deployment has drifted.
  'patch deployments': {
    before: async (box) => {
      await box.apply(configMap({ a: '1' }), own());
      await box.editConfig({ a: '2' });
    },
    call: scaleUp,
    done: async (_, said) => said.includes('configmap/app changed: all pods of deployment/web roll'),
  },
  'get statefulsets': {
    before: (box) => box.apply(configMap({ a: '1' }), stateful(own())),
    call: scaleStateful,
    done: async (_, said) => said === '',
  },
  'patch statefulsets': {
    before: async (box) => {
      await box.apply(configMap({ a: '1' }), stateful(own()));
      await box.editConfig({ a: '2' });
    },
    call: scaleStateful,
    done: async (_, said) => said.includes('configmap/app changed: all pods of statefulset/web roll'),
  },
  // A pod that a node's DaemonSet makes, as its controller would.
  'get daemonsets': {
    before: startDaemons,
    call: createPodOfDaemons,
    done: async (_, said) => said === '',
  },
  'patch daemonsets': {
    before: async (box) => {
      await startDaemons(box);
      await box.editConfig({ a: '2' });
    },
    call: createPodOfDaemons,
    done: async (_, said) => said.includes('configmap/app changed: all pods of daemonset/web roll'),
  },
  'list controllerrevisions': adoption(stateful(web()), 'statefulset/web'),
  'list replicasets': ADOPTION,
  'list pods': ADOPTION,
  // The Scale of a ReplicaSet does not say whose it is. This one is left from an earlier rollout.
  'get replicasets': {
    before: async (box) => {
      await box.apply(configMap({ a: '1' }), own());
      await box.untilRolledOut();
      await box.editConfig({ a: '2' });
      await scaleUp(box);
      await box.untilRolledOut();
    },
    call: async (box) => {
      const byAge = '--sort-by=.metadata.annotations.deployment\\.kubernetes\\.io/revision';
      const { stdout } = await box.kubectl(['get', 'replicasets', byAge, '-o', 'name']);
      return warningsOf(box.kubectl(['scale', stdout.split('\n')[0] ?? '', '--replicas=1']));
    },
    done: async (_, said) => said.includes('keeps its 0 replicas'),
  },
  'get namespaces': {
    labels: ENABLED,
    call: (box) => warningsOf(box.apply(configMap({ a: '1' }), web())),
    done: counts('configmap/app'),
  },
};
