import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { InjectConfig, ManifestInput } from '../config/inject.ts';
import { readFormats } from '../config/scope.ts';
import type { SourceFile } from '../manifests/documents.ts';
import { readManifests } from '../manifests/files.ts';
import { type InjectedFile, injectMarks } from '../manifests/inject.ts';
import { buildKustomization } from '../manifests/kustomize.ts';
import { OPERATIONS } from '../policy/roll-on.ts';
import { WORKLOAD_KINDS } from '../workloads/kinds.ts';

function diffOf({ name, before, after }: InjectedFile): string {
  if (before === after) return '';
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(name, name, before, after, undefined, undefined, options);
}

async function read(input: ManifestInput): Promise<SourceFile[]> {
  if (input.kind === 'files') return readManifests(input.names, input.recursive, process.stdin);
  return [await buildKustomization(input.directory)];
}

/**
 * Runs the command.
 * @returns the exit code
 */
export async function inject(config: InjectConfig): Promise<0 | 1> {
  const { files, changes, warnings, output } = await injectMarks(await read(config.input), {
    namespace: config.namespace,
    injectDefault: config.injectDefault,
    defaults: {
      secrets: config.secrets,
      include: config.include,
      ignore: config.ignore,
      rollOn: OPERATIONS,
      compat: config.compat,
    },
    format: readFormats(config).current,
    kinds: WORKLOAD_KINDS,
    allowMissing: config.allowMissing,
  });
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  if (config.diff) process.stdout.write(files.map(diffOf).join(''));
  else if (!config.check) process.stdout.write(output);
  if (config.check)
    for (const { place, name, reason } of changes)
      process.stderr.write(`${place}: ${name} would change (${reason})\n`);
  return (config.check || config.diff) && changes.length > 0 ? 1 : 0;
}
