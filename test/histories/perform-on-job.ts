import { type Answer, type Caller, MERGE_PATCH } from '../kit/caller.ts';
import type { JobOperation, JobPods } from './operations.ts';
import { asNames } from './wire.ts';
import { PODS, pinLabels } from './workload-manifests.ts';

/** The label of all Jobs of a history, and of their pods. */
const LABELS = { app: 'batch' };
const SELECTOR = 'labelSelector=app%3Dbatch';

/** The scheduler of pods that stay. It does not exist, so no node gets them, and kwok does not end them. */
export const NOBODY = 'nobody';

const SPECS: Readonly<Record<JobPods, object>> = {
  'one by one': { completions: 4, parallelism: 1 },
  'in parallel': { completions: 6, parallelism: 3 },
  indexed: { completions: 5, parallelism: 2, completionMode: 'Indexed' },
};

type Run = Extract<JobOperation, { readonly do: 'run job' }>;

function jobManifest(name: string, { pods, stay, suspended, pinned }: Run): object {
  const scheduler = stay && { schedulerName: NOBODY };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: { ...LABELS, ...pinLabels(pinned) } },
    spec: {
      ...SPECS[pods],
      suspend: suspended,
      template: {
        metadata: { labels: LABELS },
        spec: { ...PODS.web, ...scheduler, restartPolicy: 'Never', terminationGracePeriodSeconds: 0 },
      },
    },
  };
}

/**
 * Performs one operation on a Job of a history, as `perform` does.
 * @param value No other operation has it
 */
export async function performOnJob(
  operation: JobOperation,
  call: Caller,
  namespace: string,
  value: string,
): Promise<Answer> {
  const folder = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  switch (operation.do) {
    case 'run job':
      // Each has its own name: the Job controller's expectations go by the name, and may outlive a Job by minutes.
      return call('POST', folder, jobManifest(`batch-${value.replace('.', '-')}`, operation));
    case 'suspend job':
    case 'resume job': {
      const listed = await call('GET', `${folder}?${SELECTOR}`);
      const name = asNames(listed.body).at(-1);
      if (name === undefined) return listed;
      const suspend = operation.do === 'suspend job';
      return call('PATCH', `${folder}/${name}`, { spec: { suspend } }, MERGE_PATCH);
    }
    case 'end job pod': {
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      const query = `${SELECTOR}&fieldSelector=status.phase%3DPending`;
      const listed = await call('GET', `${pods}?${query}`);
      const names = asNames(listed.body);
      const name = names[operation.which % Math.max(1, names.length)];
      if (name === undefined) return listed;
      const phase = operation.failed ? 'Failed' : 'Succeeded';
      return call('PATCH', `${pods}/${name}/status`, { status: { phase } }, MERGE_PATCH);
    }
    default:
      return operation satisfies never;
  }
}
