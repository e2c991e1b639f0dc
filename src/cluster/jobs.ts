import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { segment } from '../api/path.ts';
import type { SharedReads } from '../api/shared-reads.ts';
import type { CopyBudget } from '../copies/budget.ts';
import {
  inspectJobCopy,
  type JobOwner,
  jobCopyManifest,
  jobCopyMetaFlaw,
  jobCopyRef,
} from '../copies/job-copy.ts';
import { type Formats, formatOfDigest } from '../digest/format.ts';
import { ABSENT } from '../digest/source.ts';
import { isDnsSubdomain } from '../dns-names.ts';
import type { GoodJobCopy, JobCopyLook, Jobs } from '../in-step/job-ports.ts';
import { Job } from '../workloads/job.ts';
import { readMeta } from './meta-reads.ts';
import { pathOf } from './object-reads.ts';
import type { DecodedSource } from './source-kinds.ts';
import { createCopyObject, verifiedCopies } from './verified-copies.ts';

const decodeJob = decoder(Job, 'a Job');
const resource = 'jobs';

const jobPath = (namespace: string, name: string): string =>
  `/apis/batch/v1/namespaces/${segment(namespace)}/${resource}/${segment(name)}`;

/** A note takes less than 1 KiB. The pods of a Job come soon after one another. */
const CACHE_BYTES = 5 * 1024 * 1024;

/** A copy whose content is verified. It is immutable, so it stays right. */
interface VerifiedCopy {
  readonly uid: string;
  readonly good: GoodJobCopy;
}

const lookOf = (metadata: DecodedSource['metadata'], { good }: VerifiedCopy, job: JobOwner): JobCopyLook => {
  const flaw = jobCopyMetaFlaw(metadata, job);
  return flaw ? { state: 'unusable', flaw } : good;
};

/** Reads Jobs live. Calls that arrive together share one read: parallel pods are created at the same moment. */
function jobReads(client: ApiClient, reads: SharedReads): Pick<Jobs, 'find' | 'read'> {
  // The API server does not check names in references to owners. A path must not hold `..`, say.
  const isReal = ({ name }: JobOwner) => isDnsSubdomain(name);
  return {
    async find(namespace, job, signal) {
      if (!isReal(job)) return undefined;
      const path = jobPath(namespace, job.name);
      const found = await reads.share(`metadata ${path}`, signal, (shared) =>
        readMeta(client, resource, path, shared),
      );
      return found?.uid === job.uid ? found : undefined;
    },
    async read(namespace, job, signal) {
      if (!isReal(job)) return undefined;
      const path = jobPath(namespace, job.name);
      const found = await reads.share(`whole ${path}`, signal, async (shared) => {
        const answer = await client.request({ verb: 'get', resource, path, signal: shared });
        return answer.kind === 'found' ? decodeJob(answer.body) : undefined;
      });
      return found?.metadata.uid === job.uid ? found : undefined;
    },
  };
}

/** @param budget that of all copies */
export function jobs(client: ApiClient, reads: SharedReads, formats: Formats, budget: CopyBudget): Jobs {
  const copies = verifiedCopies<VerifiedCopy>(
    client,
    reads,
    CACHE_BYTES,
    ({ good }) => JSON.stringify(good).length,
  );

  return {
    ...jobReads(client, reads),

    look: (namespace, source, job, signal) =>
      copies.look<JobCopyLook>(namespace, jobCopyRef(source, job), signal, {
        inspect(found, note) {
          const inspected = inspectJobCopy(formats, namespace, job, source, note, found);
          if (inspected.flaw !== undefined) return inspected;
          const { note: checked, absent } = inspected;
          const good = { state: 'good', note: checked, absent } as const;
          return { flaw: undefined, copy: { uid: found.metadata.uid, good } };
        },
        lookOf: (metadata, verified) => lookOf(metadata, verified, job),
      }),

    async make(namespace, { usage, digest }, job, signal) {
      const { kind, name } = usage;
      const isAbsent = digest === ABSENT;
      const live = isAbsent ? undefined : await copies.whole(pathOf(namespace, kind, name), kind, signal);
      const now = formatOfDigest(kind, digest, formats)?.sourceDigest(namespace, usage, live?.content);
      if (now !== digest) return 'moved';
      const body = jobCopyManifest(formats, namespace, job, usage, live);
      // A conflict: another pod of the Job was first. Its copy counts.
      await createCopyObject(client, budget, namespace, kind, body, signal);
      return 'there';
    },
  };
}
