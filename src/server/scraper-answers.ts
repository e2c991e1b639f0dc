import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { networkOf } from './network-of.ts';
import { type Scrapers, scraperGate, TooManyTokens, type Verdict } from './scraper-gate.ts';

/** The form of a bearer token. (RFC 6750) Nothing else is worth a call to the API server. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

const NO_TOKEN = 'send the token of a ServiceAccount that may read the metrics: authorization: Bearer TOKEN';
const UNKNOWN = 'the API server does not accept this token';
const FAILED = 'lockstep could not ask the API server whose token this is. Its log says why';
const TOO_MANY = 'too many tokens are checked now: try again in a second';

const forbidden = (user: string): string =>
  `${user} may not read the metrics: it needs the verb get on the non-resource URL /metrics`;

function refuse(reply: FastifyReply, code: 401 | 403 | 429 | 503, text: string): FastifyReply {
  if (code === 401) void reply.header('www-authenticate', 'Bearer realm="lockstep"');
  if (code === 429) void reply.header('retry-after', '1');
  return reply.code(code).type('text/plain; charset=utf-8').send(`${text}\n`);
}

/** An errant API server, or something before it, may repeat what it was sent. */
const withoutToken = (text: string, token: string): string => text.replaceAll(token, '[token]');

/** Lets only those read the metrics whom the API server's authorization allows it. */
export function requireScraper(
  scrapers: Scrapers,
  { log, reasonOf }: Pick<Telemetry<never>, 'log' | 'reasonOf'>,
) {
  const gate = scraperGate(scrapers);
  return async ({ headers, ip }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) return refuse(reply, 401, NO_TOKEN);
    let verdict: Verdict;
    try {
      verdict = await gate.verdictOn(token, networkOf(ip));
    } catch (error) {
      if (error instanceof TooManyTokens) return refuse(reply, 429, TOO_MANY);
      log.warn(`could not check who reads the metrics: ${withoutToken(reasonOf(error), token)}`);
      return refuse(reply, 503, FAILED);
    }
    if (verdict.is === 'unknown') return refuse(reply, 401, UNKNOWN);
    return verdict.is === 'forbidden' ? refuse(reply, 403, forbidden(verdict.user)) : undefined;
  };
}
