/** Stands in bodies at places of secrets. It must not appear in an answer or a log. */
export const MARK = 'mark-of-a-secret-value';

const container = {
  name: 'web',
  image: 'web:1',
  env: [{ name: 'PASSWORD', value: MARK }],
};

/** A Deployment as a review contains it. lockstep needs no read for it. */
export const WORKLOAD = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'n', annotations: { note: MARK } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { annotations: { 'lockstep.dev/config-hash': `v1-${'0'.repeat(64)}` } },
      spec: { containers: [container] },
    },
  },
};

/** One that takes its environment from a ConfigMap. */
export const REFERRING = {
  ...WORKLOAD,
  spec: {
    ...WORKLOAD.spec,
    template: { spec: { containers: [{ ...container, envFrom: [{ configMapRef: { name: 'app' } }] }] } },
  },
};

export const reviewOf = (request: object) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u1', namespace: 'n', ...request },
});

/** An update that removes the last reference. The answer is a patch, without any read. */
export const UPDATE = reviewOf({ operation: 'UPDATE', object: WORKLOAD, oldObject: REFERRING });
export const CREATE = reviewOf({ operation: 'CREATE', object: REFERRING });

const scale = (replicas: number) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'web' },
  spec: { replicas },
});
export const SCALE = reviewOf({ operation: 'UPDATE', object: scale(3), oldObject: scale(2) });

const replicaSet = (replicas: number) => ({
  metadata: {
    name: 'web-1',
    ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd1', controller: true }],
  },
  spec: { replicas, template: WORKLOAD.spec.template },
});
export const CEILING = reviewOf({ operation: 'UPDATE', object: replicaSet(3), oldObject: replicaSet(2) });

const SHORT = '0'.repeat(16);
/** A pod that has to read a copy, and another name that lockstep never makes. */
const POD = {
  metadata: {
    generateName: 'web-1-',
    annotations: {
      note: MARK,
      'lockstep.dev/pinned': 'configmap/app, configmap/more',
      'lockstep.dev/config-sources': `{"configmap/app":"${SHORT}","configmap/more":"absent"}`,
    },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: 'r1', controller: true }],
  },
  spec: {
    containers: [{ ...container, envFrom: [{ configMapRef: { name: 'app' } }] }],
    volumes: [{ name: 'more', configMap: { name: 'more', optional: true } }],
  },
};
export const POD_CREATE = reviewOf({ operation: 'CREATE', object: POD });

/** The same review as text, with one piece of it replaced. */
export function alteredReview(review: object, piece: string, by: string): string {
  const text = JSON.stringify(review);
  if (!text.includes(piece)) throw new Error(`the review does not hold ${piece}`);
  return text.replace(piece, () => by);
}

export interface Http {
  readonly method?: string;
  readonly target?: string;
  /** Header lines. They replace all the usual ones. */
  readonly head?: readonly string[];
  readonly type?: string;
  readonly version?: string;
}

/** A request as bytes. */
export function http(body: string | Uint8Array, how: Http = {}): Buffer {
  const bytes = Buffer.from(body);
  const { method = 'POST', target = '/admission/template', version = '1.1' } = how;
  const type = how.type ?? 'application/json';
  const head = how.head ?? ['host: lockstep', `content-type: ${type}`, `content-length: ${bytes.length}`];
  return Buffer.concat([
    Buffer.from([`${method} ${target} HTTP/${version}`, ...head, '', ''].join('\r\n')),
    bytes,
  ]);
}
