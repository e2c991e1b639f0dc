import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/api/client.ts';
import { refusalError } from '../../src/api/errors.ts';
import type { ApiAnswer, ApiRequest } from '../../src/api/request.ts';
import { assessments } from '../../src/cluster/assessments.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';

const { signal } = new AbortController();
const NOTHING: ApiAnswer = { kind: 'not-found' };
const SERVED: ApiAnswer = { kind: 'found', body: {} };

/** The client of somebody, whose requests are answered by `answer`. */
function asking(answer: (path: string) => ApiAnswer | Promise<ApiAnswer>) {
  const paths: string[] = [];
  const client: Pick<ApiClient, 'request'> = {
    async request({ path }: ApiRequest) {
      paths.push(path);
      return answer(path);
    },
  };
  // It uses nothing else of the client.
  return { paths, read: assessments(client as ApiClient).read };
}

const refused = (status: number): never => {
  const answer = { status, body: undefined, retryAfter: undefined, credentials: undefined };
  throw refusalError({ verb: 'get', resource: 'assessments' }, answer as never);
};

describe('asking for assessments', () => {
  it('asks once whether they are served, and nothing more if they are not', async () => {
    const { read, paths } = asking(() => NOTHING);
    await expect(read(DEPLOYMENT, 'shop', 'web', signal)).resolves.toBe('unavailable');
    await expect(read(DEPLOYMENT, 'shop', 'api', signal)).resolves.toBe('unavailable');
    expect(paths).toEqual(['/apis/assess.lockstep.dev/v1alpha1']);
  });

  it('tells a right that is missing and a workload that is gone from lockstep being away', async () => {
    const { read, paths } = asking((path) => {
      if (path.includes('/web/')) return refused(403);
      return path.includes('/api/') ? NOTHING : SERVED;
    });
    await expect(read(DEPLOYMENT, 'shop', 'web', signal)).resolves.toBe('forbidden');
    await expect(read(DEPLOYMENT, 'shop', 'api', signal, 'edit')).resolves.toBe('gone');
    expect(paths.at(-1)).toBe(
      '/apis/assess.lockstep.dev/v1alpha1/namespaces/shop/deployments/api/assessment?operation=edit',
    );
  });

  it('asks nothing more once lockstep has not answered three times in a row', async () => {
    const { read, paths } = asking((path) => (path.includes('/web/') ? refused(503) : SERVED));
    for (let times = 0; times < 5; times += 1)
      await expect(read(DEPLOYMENT, 'shop', 'web', signal)).resolves.toBe('unavailable');
    expect(paths).toHaveLength(4);
  });

  it.each([422, 429, 400])('goes on after an answer with %i, which is about one workload', async (status) => {
    const { read, paths } = asking((path) => (path.includes('/web/') ? refused(status) : SERVED));
    for (let times = 0; times < 5; times += 1)
      await expect(read(DEPLOYMENT, 'shop', 'web', signal)).resolves.toBe('unavailable');
    expect(paths).toHaveLength(6);
  });

  it('takes an answer in a shape that it does not know for none', async () => {
    const { read } = asking(() => SERVED);
    await expect(read(DEPLOYMENT, 'shop', 'web', signal)).resolves.toBe('unavailable');
  });

  it('asks for no name that no object can have', async () => {
    const { read, paths } = asking(() => SERVED);
    await expect(read(DEPLOYMENT, 'shop', '../web', signal)).resolves.toBe('gone');
    expect(paths).toEqual([]);
  });
});
