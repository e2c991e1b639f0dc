/**
 * How a rollout replaces pods.
 * - `rolling`: a few at a time
 * - `recreate`: it stops all pods before it starts new ones
 * - `on-delete`: it replaces no pod. A pod that somebody deletes comes back under the new template
 * - `canary`, `blue-green`: those of Argo Rollouts, by steps or by a whole second set of pods
 */
export type Strategy =
  | {
      readonly type: 'rolling';
      /** Pods with a lower ordinal stay as they are. 0 for kinds without ordinals. */
      readonly partition: number;
      /**
       * All ordinals are below the partition, so no pod rolls until somebody lowers it. `new-too`: a scale-up may also
       * make pods below it, and these come from the earlier template.
       */
      readonly keepsAll?: 'present' | 'new-too';
      /** While it scales up, new pods come before old ones go. */
      readonly surge: boolean;
      /**
       * A workload that is made anew may keep pods that it adopts, although its template is another one. The
       * DaemonSet controller takes a pod for up to date if its label `pod-template-generation` fits, and each
       * DaemonSet starts at 1.
       */
      readonly keepsAdopted?: true;
    }
  | { readonly type: 'recreate' }
  | { readonly type: 'on-delete' }
  | {
      readonly type: 'canary' | 'blue-green';
      /** A rollout is not over yet, and another one starts over. */
      readonly underWay: boolean;
    };

/** Whether the rollout of a new template replaces all pods in the end. */
export const replacesAll = (strategy: Strategy): boolean =>
  strategy.type !== 'on-delete' && (strategy.type !== 'rolling' || strategy.partition === 0);
