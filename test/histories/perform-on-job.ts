import { type Answer, type Caller, MERGE_PATCH } from '../kit/caller.ts';
import type { JobOperation, JobPods } from './operations.ts';
import { asNames } from './wire.ts';
import { PODS, pinLabels } from './workload-manifests.ts';

const NAME = 'batch';

/** The scheduler of pods that stay. It does not exist, so no node gets them, and kwok does not end them. */
export const NOBODY = 'nobody';

const SPECS: Readonly<Record<JobPods, object>> = {
  'one by one': { completions: 4, parallelism: 1 },
  'in parallel': { completions: 6, parallelism: 3 },
  indexed: { completions: 5, parallelism: 2, completionMode: 'Indexed' },
};

type Run = Extract<JobOperation, { readonly do: 'run job' }>;

function jobManifest({ pods, stay, suspended, pinned }: Run): object {
  const scheduler = stay && { schedulerName: NOBODY };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: NAME, labels: pinLabels(pinned) },
    spec: {
      ...SPECS[pods],
      suspend: suspended,
      template: {
        metadata: { labels: { app: NAME } },
        spec: { ...PODS.web, ...scheduler, restartPolicy: 'Never', terminationGracePeriodSeconds: 0 },
      },
    },
  };
}

/** Performs one operation on the Job of a history, as `perform` does. */
export async function performOnJob(
  operation: JobOperation,
  call: Caller,
  namespace: string,
): Promise<Answer> {
  const folder = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const path = `${folder}/${NAME}`;
  switch (operation.do) {
    case 'run job':
      await call('DELETE', `${path}?propagationPolicy=Background`);
      return call('POST', folder, jobManifest(operation));
    case 'suspend job':
    case 'resume job':
      return call('PATCH', path, { spec: { suspend: operation.do === 'suspend job' } }, MERGE_PATCH);
    case 'end job pod': {
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      const query = `labelSelector=app%3D${NAME}&fieldSelector=status.phase%3DPending`;
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
