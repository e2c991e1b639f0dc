import { runChild } from '../child.ts';
import { LockstepError } from '../errors.ts';
import type { SourceFile } from './documents.ts';
import { builderFailedError, builderUnusableError, noBuilderError } from './errors.ts';

/** Programs that build a kustomization, the preferred one first. */
const BUILDERS = [
  ['kubectl', 'kustomize'],
  ['kustomize', 'build'],
] as const;

/**
 * Runs a program.
 * @returns what it printed; undefined if it is not installed
 */
async function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { output, end } = await runChild(program, args);
    if (end === 0) return output;
    throw builderFailedError(`${program} ${args.join(' ')}`, end);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    if (error instanceof LockstepError) throw error;
    throw builderUnusableError(program, error);
  }
}

/**
 * Builds what `-k` names. kubectl or kustomize does that, because lockstep cannot read kustomizations.
 * @returns the documents as one file, under the name of the directory
 * @throws LockstepError MANIFEST_INVALID if neither program is installed, or the build failed
 */
export async function buildKustomization(directory: string): Promise<SourceFile> {
  for (const [program, command] of BUILDERS) {
    const built = await outputOf(program, [command, '--', directory]);
    if (built !== undefined) return { name: directory, text: built };
  }
  const names = BUILDERS.map(([program]) => program).join(' or ');
  throw noBuilderError(directory, names);
}
