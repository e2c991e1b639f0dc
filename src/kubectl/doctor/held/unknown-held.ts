import { type Finding, listed, unknown } from '../finding.ts';
import type { Observation } from './ask-containers.ts';

/** Why nobody knows, container by container. */
export function unknownFindings(namespace: string, all: readonly Observation[]): Finding[] {
  const whys = all.flatMap(({ held, ...each }) =>
    held.kind === 'unknown' ? [{ ...each, why: held.why }] : [],
  );
  const byWhy = Map.groupBy(whys, ({ container, why }) => `${container} ${why.text}`);
  return [...byWhy.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { container, why, pod } = first;
    const names = listed([...new Set(group.map((each) => each.pod))].toSorted());
    const place = `kubectl --namespace ${namespace} debug ${pod} --image=busybox --target=${container} -it`;
    return [
      unknown(
        `what container ${container} holds`,
        `${why.text} (${names})`,
        why.debug ? `${place}, and look at /proc/1/environ and /proc/1/root` : undefined,
      ),
    ];
  });
}
