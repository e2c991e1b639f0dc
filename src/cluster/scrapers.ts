import { Type } from 'typebox';
import type { ApiClient } from '../api/client.ts';
import { decoder } from '../api/decode.ts';
import { maybe } from '../schema.ts';
import { isAllowed } from './access.ts';

const Strings = Type.Array(Type.String());
const User = Type.Object({
  /** Absent for a token that is not known: `user` is an empty object then. */
  username: maybe(Type.String()),
  uid: maybe(Type.String()),
  groups: maybe(Strings),
  extra: maybe(Type.Record(Type.String(), Strings)),
});

const decode = decoder(
  Type.Object({ status: Type.Object({ authenticated: maybe(Type.Boolean()), user: maybe(User) }) }),
  'a TokenReview',
);

/** What scrapers must be allowed to do. */
const METRICS = { path: '/metrics', verb: 'get' };

/** Asks the API server who has a token, and whether he may get the metrics. */
export const scrapers = (client: ApiClient) => ({
  async verdictOn(token: string, signal: AbortSignal) {
    const answer = await client.request({
      verb: 'create',
      resource: 'tokenreviews',
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
      signal,
    });
    const status = answer.kind === 'found' ? decode(answer.body).status : undefined;
    if (!status?.authenticated || !status.user?.username) return { is: 'unknown' } as const;
    const { username: user, uid, groups, extra } = status.user;
    const caller = { user, uid: uid ?? undefined, groups: groups ?? [], extra: extra ?? {} };
    const may = await isAllowed(client, caller, { nonResourceAttributes: METRICS }, signal);
    return may ? ({ is: 'allowed' } as const) : ({ is: 'forbidden', user } as const);
  },
});
