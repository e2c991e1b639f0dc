import { namedAfter } from './name.ts';

/** What stands where the names of other copies have a digest. No digest begins like this. */
const OF_JOB = 'job-';

const UID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ENDS_WITH_UID = new RegExp(`-lockstep-(?:[0-9a-f]{16}-)?${OF_JOB}(${UID})$`);

/**
 * The name of the copy that all pods of a Job read: the source's name, the infix, and the Job's uid. The uid is known
 * before the first pod, and no two Jobs ever have the same. The whole of it is there, so a copy cannot be made for a
 * Job that does not exist yet.
 */
export const jobCopyName = (source: string, uid: string): string => namedAfter(source, `${OF_JOB}${uid}`);

/** The uid of the Job whose copy has this name. Undefined: this is no name of such a copy. */
export const jobUidIn = (name: string): string | undefined => ENDS_WITH_UID.exec(name)?.[1];
