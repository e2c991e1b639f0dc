import type { Deployment } from '../../src/workloads/deployment.ts';

/** A Deployment whose only container takes its environment from the ConfigMap `app`. */
export function deployment(overrides: {
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  template?: Record<string, string>;
  image?: string;
}): Deployment {
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
              envFrom: [{ configMapRef: { name: 'app' } }],
              ...{ image: overrides.image ?? 'web:1' },
            },
          ],
        },
      },
    },
  };
}
