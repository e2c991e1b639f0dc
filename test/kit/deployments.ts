import { type Marks, objectWithMarks } from '../../src/marks/marks.ts';
import type { Usage } from '../../src/references/usage.ts';
import { checkOf } from '../../src/workloads/check.ts';
import { DEPLOYMENT, Deployment, type Deployment as DeploymentType } from '../../src/workloads/deployment.ts';
import { type Workload, workloadOf } from '../../src/workloads/workload.ts';

/** What `deployment()` uses: all of the ConfigMap `app`. */
export const ALL_OF_APP = {
  kind: 'configmap',
  name: 'app',
  data: 'all',
  binaryData: [],
  except: [],
  required: true,
} as const satisfies Usage;

/** A Deployment whose only container takes its environment from the ConfigMap `app`, or has this one. */
export function deployment(overrides: {
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  template?: Record<string, string>;
  image?: string;
  env?: readonly object[];
}): DeploymentType {
  return {
    metadata: {
      name: 'web',
      ...(overrides.labels && { labels: overrides.labels }),
      ...(overrides.annotations && { annotations: overrides.annotations }),
    },
    spec: {
      replicas: 2,
      template: {
        metadata: { ...(overrides.template && { annotations: overrides.template }) },
        spec: {
          containers: [
            {
              name: 'web',
              ...(overrides.env
                ? { env: [...overrides.env] }
                : { envFrom: [{ configMapRef: { name: 'app' } }] }),
              ...{ image: overrides.image ?? 'web:1' },
            },
          ],
        },
      },
    },
  };
}

const check = checkOf(Deployment);

/** The view of a Deployment, in the namespace `shop`. */
export const viewOf = (of: DeploymentType): Workload => workloadOf(DEPLOYMENT, of, 'shop');

/** The Deployment with exactly these marks. */
export function withMarks(of: DeploymentType, marks: Marks): DeploymentType {
  const checked = check(objectWithMarks(viewOf(of), marks));
  if (checked.kind === 'wrong') throw new Error(`${checked.first.pointer} ${checked.first.message}`);
  return checked.object;
}
