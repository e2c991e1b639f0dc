import { LockstepError, messageOf, restatedError } from '../errors.ts';

const manifestError = (message: string, cause?: unknown): LockstepError =>
  new LockstepError('MANIFEST_INVALID', message, { cause });

export const notUtf8Error = (name: string, cause: unknown): LockstepError =>
  manifestError(`${name} is not UTF-8`, cause);

export const noManifestsError = (directory: string): LockstepError =>
  manifestError(`${directory} holds no *.yaml, *.yml or *.json file`);

export const stdinTwiceError = (): LockstepError =>
  new LockstepError('CONFIG_INVALID', '-f - is given twice: standard input can be read only once');

export const unreadableError = (name: string, cause: unknown): LockstepError =>
  manifestError(`cannot read ${name}: ${messageOf(cause)}`, cause);

/**
 * @param place file, line and column
 * @param why does not quote the text
 */
export const yamlError = (place: string, why: string): LockstepError => manifestError(`${place}: ${why}`);

export const danglingAliasError = (place: string): LockstepError =>
  manifestError(`${place}: an alias (*) without its anchor (&) before it`);

export const aliasBombError = (place: string): LockstepError =>
  manifestError(`${place}: its aliases cannot be expanded`);

/** @param places of the first and the second definition */
export const givenTwiceError = (name: string, namespace: string, places: readonly string[]): LockstepError =>
  manifestError(`${name} in namespace ${namespace} is defined twice: ${places.join(' and ')}`);

export const unexpectedFieldError = (
  place: string,
  name: string,
  field: string,
  why = 'is not as expected',
): LockstepError => manifestError(`${place}: ${name}: ${field} ${why}`);

export const unwritableError = (place: string): LockstepError =>
  manifestError(
    `${place}: the pod template's annotations cannot be written here; ` +
      'write its metadata out, without aliases, merge keys and doubled keys',
  );

/** @param end the exit code of the program, or the signal that ended it */
export const builderFailedError = (command: string, end: number | string | null): LockstepError =>
  manifestError(`${command} ended with ${end}`);

export const builderUnusableError = (program: string, cause: unknown): LockstepError =>
  manifestError(`cannot run ${program}: ${messageOf(cause)}`, cause);

/** @param names the programs that can build a kustomization */
export const noBuilderError = (directory: string, names: string): LockstepError =>
  manifestError(`building ${directory} needs ${names}: neither is on PATH`);

/** @param error why lockstep could not judge the workload */
export const notAssessedError = (place: string, name: string, error: LockstepError): LockstepError =>
  restatedError(error, `${place}: ${name}: ${error.message}`);
