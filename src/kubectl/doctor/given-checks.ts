import { sourceId } from '../../references/sources.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import type { Found } from '../explain/found.ts';
import { type Finding, info, listed, warning } from './finding.ts';
import { asGivenSpec, type GivenContainer } from './held/exec-pod.ts';
import { foundKeys } from './held/found-keys.ts';
import type { GivenTo, Hidden, KeysOf } from './held/given.ts';
import { givenEnv } from './held/given-env.ts';
import { givenFiles } from './held/given-files.ts';

const containerText = ({ name }: GivenContainer): string => `container ${name}`;

/** Keys that no container sees, because another has their place. */
function hiddenFindings(container: GivenContainer, all: readonly Hidden[]): Finding[] {
  const groups = Map.groupBy(
    all,
    ({ hidden, by }) => `${sourceId(hidden.source)} ${hidden.place.kind} ${by}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const id = sourceId(first.hidden.source);
    const where = first.hidden.place.kind === 'env' ? 'variables' : 'files';
    const keys = listed(group.map(({ hidden }) => hidden.key).toSorted());
    return [info(`${id} in the ${where} of ${containerText(container)}`, `${first.by} hides ${keys}`)];
  });
}

/** Mounts that the kubelet never writes again. */
function fixedFindings(container: GivenContainer, { given }: GivenTo, workload: Workload): Finding[] {
  const fixed = given.filter(({ place }) => place.kind === 'file' && place.fixed);
  const bySource = Map.groupBy(fixed, ({ source }) => sourceId(source));
  const mend = `after an edit: kubectl lockstep roll ${nameOf(workload)} --namespace ${workload.namespace}`;
  return [...bySource].map(([id, all]) => {
    const paths = listed(all.flatMap(({ place }) => (place.kind === 'file' ? [place.path] : [])).toSorted());
    const are = all.length === 1 ? 'is a mount' : 'are mounts';
    const text = `${paths} ${are} with a subPath, which an edit never reaches while the container runs`;
    return warning(`${id} in the files of ${containerText(container)}`, text, mend);
  });
}

/** The names that a kubelet before Kubernetes 1.32 takes (validation.IsEnvVarName). It skips others of `envFrom`. */
const STRICT_ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function nameFindings(container: GivenContainer, { given }: GivenTo): Finding[] {
  const names = given.flatMap(({ place, required }) =>
    place.kind === 'env' && !required && !STRICT_ENV_NAME.test(place.name) ? [place.name] : [],
  );
  const own = new Set((container.env ?? []).map(({ name }) => name));
  const skipped = names.filter((name) => !own.has(name)).toSorted();
  if (skipped.length === 0) return [];
  return [
    info(
      `the variables of ${containerText(container)}`,
      `a kubelet before Kubernetes 1.32 skips ${listed(skipped)}: a name could not begin with a digit then`,
    ),
  ];
}

/** How the containers of a template are given their configuration: what is hidden, and what never changes. */
export function givenFindings(workload: Workload, found: ReadonlyMap<string, Found>): readonly Finding[] {
  const spec = asGivenSpec(workload.template.spec ?? {});
  const keysOf: KeysOf = (source) => foundKeys(found, source);
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap((container) => {
    const env = givenEnv(container, keysOf);
    const files = givenFiles(container, spec?.volumes ?? [], keysOf);
    return [
      ...hiddenFindings(container, [...env.hidden, ...files.hidden]),
      ...fixedFindings(container, files, workload),
      ...nameFindings(container, env),
    ];
  });
}
