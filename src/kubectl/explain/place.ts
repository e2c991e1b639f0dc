import type { Reference } from '../../references/references.ts';
import { valueAt } from '../../workloads/fields.ts';
import type { PodTemplate } from '../../workloads/pod-template.ts';

type Values = readonly unknown[];

const listAt = (data: unknown, path: readonly (string | number)[]): Values => {
  const found = valueAt(data, path);
  return Array.isArray(found) ? found : [];
};

const textAt = (data: unknown, path: readonly string[]): string | undefined => {
  const found = valueAt(data, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** `spec.containers[0].env[2].valueFrom` -> `spec`, `containers`, `0`, `env`, `2`, `valueFrom`. */
const segmentsOf = (where: string): readonly string[] => where.split(/[.[\]]+/).filter((each) => each !== '');

function containerText(
  template: PodTemplate,
  [, list = '', index = '', field = '', at = '']: readonly string[],
) {
  const container = valueAt(template, ['spec', list, Number(index)]);
  const word = list === 'initContainers' ? 'init container' : 'container';
  const name = `${word} ${textAt(container, ['name']) ?? index}`;
  const entry = listAt(container, [field])[Number(at)];
  if (field === 'envFrom') {
    const prefix = textAt(entry, ['prefix']);
    return `${name}, envFrom${prefix === undefined ? '' : ` with the prefix ${prefix}`}`;
  }
  return `${name}, env ${textAt(entry, ['name']) ?? at}`;
}

/** Where the containers mount a volume: `container web at /etc/app`. */
function mountsText(template: PodTemplate, volume: string): string {
  const containers = ['initContainers', 'containers'].flatMap((list) => listAt(template, ['spec', list]));
  const mounts = containers.flatMap((container) =>
    listAt(container, ['volumeMounts'])
      .filter((mount) => textAt(mount, ['name']) === volume)
      .map((mount) => {
        const part = textAt(mount, ['subPath']) ?? textAt(mount, ['subPathExpr']);
        const path = textAt(mount, ['mountPath']) ?? '?';
        return `${textAt(container, ['name']) ?? '?'} at ${path}${part === undefined ? '' : ` (${part} only)`}`;
      }),
  );
  return mounts.length > 0 ? `mounted by ${mounts.join(', ')}` : 'mounted by no container';
}

function volumeText(template: PodTemplate, [, , index = '', ...rest]: readonly string[]): string {
  const volume = valueAt(template, ['spec', 'volumes', Number(index)]);
  const name = textAt(volume, ['name']) ?? index;
  const items = listAt(valueAt(volume, rest), ['items'])
    .map((item) => `${textAt(item, ['key']) ?? '?'} -> ${textAt(item, ['path']) ?? '?'}`)
    .join(', ');
  return `volume ${name}${items === '' ? '' : ` (${items})`}, ${mountsText(template, name)}`;
}

/** Where a reference stands in a template, for people: `container web, env LOG_LEVEL`. */
export function placeText(template: PodTemplate, { where }: Pick<Reference, 'where'>): string {
  if (!where.startsWith('spec.')) return where.replace(/^metadata\.annotations\["(.*)"\]$/, 'annotation $1');
  const segments = segmentsOf(where);
  return segments[1] === 'volumes' ? volumeText(template, segments) : containerText(template, segments);
}
