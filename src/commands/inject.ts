import { Command, InvalidArgumentError, Option } from 'commander';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { readKeys, type ScopeFlags, scopeOptions } from '../config/scope.ts';
import { formatsWith } from '../digest/format.ts';
import { readManifests } from '../manifests/files.ts';
import { type InjectedFile, type InjectOptions, injectMarks } from '../manifests/inject.ts';
import { OPERATIONS } from '../policy/roll-on.ts';
import { WORKLOAD_KINDS } from '../workloads/kinds.ts';
import { noManifestError } from './errors.ts';

/** The options of `lockstep inject`. */
export interface InjectConfig extends ScopeFlags, Pick<InjectOptions, 'namespace' | 'injectDefault'> {
  readonly filename?: readonly string[];
  readonly diff?: boolean;
  readonly check?: boolean;
}

function diffOf({ name, before, after }: InjectedFile): string {
  if (before === after) return '';
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(name, name, before, after, undefined, undefined, options);
}

/** Runs the command; says with what code the process should end. */
export async function inject(config: InjectConfig): Promise<number> {
  if (!config.filename) throw noManifestError();
  const { files, changes, warnings, output } = await injectMarks(
    await readManifests(config.filename, process.stdin),
    {
      namespace: config.namespace,
      injectDefault: config.injectDefault,
      defaults: { secrets: config.secrets === 'on', ignore: config.ignore, rollOn: OPERATIONS },
      format: formatsWith(readKeys(config)).current,
      kinds: WORKLOAD_KINDS,
    },
  );
  // Whoever reads the output may stop early (`| head`): no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  if (config.diff) process.stdout.write(files.map(diffOf).join(''));
  else if (!config.check) process.stdout.write(output);
  if (!config.check) return 0;
  for (const { place, name, reason } of changes)
    process.stderr.write(`${place}: ${name} would change (${reason})\n`);
  return changes.length > 0 ? 1 : 0;
}

function namespace(text: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('A namespace is a name of lower-case letters, digits and hyphens.');
}

/** `lockstep inject` as a command. */
export function injectCommand(): Command {
  const command = new Command('inject');
  for (const each of scopeOptions()) command.addOption(each);
  return command
    .description('Write config hashes into manifests, without a cluster.')
    .addOption(
      new Option('-f, --filename <file...>', 'manifests: files, directories, or - for standard input'),
    )
    .addOption(
      new Option('-n, --namespace <name>', 'the namespace of objects that name none')
        .argParser(namespace)
        .default('default'),
    )
    .addOption(
      new Option(
        '--inject-default <enabled|disabled>',
        'for workloads that neither they nor their namespace label lockstep.dev/inject',
      )
        .env('LOCKSTEP_INJECT_DEFAULT')
        .choices(['enabled', 'disabled'])
        .default('enabled'),
    )
    .addOption(new Option('--diff', 'print what would change as a unified diff'))
    .addOption(
      new Option('--check', 'print no documents; list what would change, and exit 1 if something would'),
    )
    .action(async (config: InjectConfig) => {
      process.exitCode = await inject(config);
    });
}
