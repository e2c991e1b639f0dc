import { type WebOptions, web } from '../lockstep/manifests.ts';
import { APP_IMAGE } from './app-images.ts';

/** The differences from the usual two replicas of the first image. */
export interface AppOptions {
  readonly replicas?: number;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** More of the container. */
  readonly container?: object;
  /** More of the workload's spec. */
  readonly spec?: object;
  /** More of the pods' spec. */
  readonly podSpec?: object;
  /** Makes the manifest. Default: that of a Deployment. */
  readonly make?: (options: WebOptions) => object;
}

/**
 * A workload `web` of real containers. They answer the value that `a` in the ConfigMap `app` had at their
 * start.
 */
export const app = ({ make = web, ...options }: AppOptions = {}): object => {
  const { replicas = 2, image = APP_IMAGE, container, podSpec, ...others } = options;
  return make({
    ...others,
    replicas,
    podSpec: {
      containers: [
        {
          name: 'web',
          image,
          imagePullPolicy: 'Never',
          envFrom: [{ configMapRef: { name: 'app' } }],
          readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
          ...container,
        },
      ],
      terminationGracePeriodSeconds: 5,
      ...podSpec,
    },
  });
};

/** The Service in front of it. */
export const appService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};
