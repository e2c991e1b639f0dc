import { LockstepError } from '../errors.ts';
import { LIMITS } from './limits.ts';

const tooLargeError = (what: string, todo: string): LockstepError =>
  new LockstepError('WORKLOAD_TOO_LARGE', `${what}: ${todo}`);

const SPLIT = 'split it, or label it lockstep.dev/inject: disabled';

export const tooManySourcesError = (): LockstepError =>
  tooLargeError(`it refers to more than ${LIMITS.sources} ConfigMaps and Secrets`, SPLIT);

export const tooManyPlacesError = (): LockstepError =>
  tooLargeError(`it has more than ${LIMITS.places} references, items and mounts of configuration`, SPLIT);

export const tooManyKeysError = (): LockstepError =>
  tooLargeError(`it uses more than ${LIMITS.keys} keys of its configuration`, SPLIT);

export const tooManyCharactersError = (): LockstepError =>
  tooLargeError(`its names and keys of configuration have more than ${LIMITS.characters} characters`, SPLIT);

export const tooManyPatternsError = (annotation: string): LockstepError =>
  tooLargeError(`its annotation ${annotation} lists more than ${LIMITS.patterns} entries`, 'list fewer');

const PATTERNS = 'patterns with * in its lockstep.dev/ignore or lockstep.dev/only';

export const tooManyComparisonsError = (id?: string): LockstepError =>
  tooLargeError(
    `${PATTERNS} take too long${id === undefined ? '' : ` with the keys of ${id}`}`,
    'use fewer, or write names and keys out',
  );
