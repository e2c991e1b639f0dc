import type { PublishedPolicy } from '../../config/published.ts';
import type { InjectDefault } from '../../policy/managed.ts';
import type { Mode } from '../../policy/mode.ts';
import type { NamespaceScope } from '../../policy/scope.ts';
import type { Defaults } from '../../policy/settings.ts';
import { defaultsOf } from '../judge.ts';
import type { Texts } from './finding.ts';

/** How lockstep is set up, and what else decides whether it does what another program does. */
export interface Setting {
  readonly defaults: Defaults;
  readonly injectDefault: InjectDefault;
  readonly scope: NamespaceScope;
  readonly mode: Mode;
  /** Where lockstep cannot tell what pods hold, it restarts none. */
  readonly recordsInDoubt?: boolean;
  /** Labels of a namespace. None, if they are not known. */
  labelsOf(namespace: string): Texts;
  /** @param id `configmap/app`. Undefined: it is not known. */
  annotationsOfSource(namespace: string, id: string): Texts | undefined;
}

type Looks = Pick<Setting, 'labelsOf' | 'annotationsOfSource'>;

/** As a cluster's policy has it. */
export const settingOf = (policy: PublishedPolicy, looks: Looks): Setting => ({
  defaults: defaultsOf(policy),
  injectDefault: policy.injectDefault,
  scope: policy.scope,
  mode: policy.mode,
  recordsInDoubt: policy.inDoubt === 'record',
  ...looks,
});
