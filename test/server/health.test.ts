import fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { addHealth } from '../../src/server/health.ts';

/** The answer of a server whose checks these are, as Kubernetes' own components would give it. */
async function ask(url: string, checks: Readonly<Record<string, boolean>>) {
  const app = fastify();
  addHealth(app, 'readyz', Object.fromEntries(Object.entries(checks).map(([name, ok]) => [name, () => ok])));
  const { statusCode, body } = await app.inject(url);
  return [statusCode, body];
}

const GOOD = { ping: true, certificate: true };
const BAD = { ping: true, certificate: false };

describe('health in Kubernetes’ manner', () => {
  test.each([
    ['/readyz', GOOD, 200, 'ok'],
    ['/readyz?verbose', GOOD, 200, '[+]ping ok\n[+]certificate ok\nreadyz check passed\n'],
    ['/readyz', BAD, 503, '[+]ping ok\n[-]certificate failed: reason withheld\nreadyz check failed\n'],
    ['/readyz?exclude=certificate', BAD, 200, 'ok'],
    [
      '/readyz?verbose&exclude=certificate&exclude=nothing',
      BAD,
      200,
      '[+]ping ok\n[+]certificate excluded: ok\n' +
        'warn: some health checks cannot be excluded: no matches for nothing\nreadyz check passed\n',
    ],
    ['/readyz/ping', BAD, 200, 'ok'],
    ['/readyz/certificate', BAD, 503, '[-]certificate failed: reason withheld\nreadyz check failed\n'],
    ['/readyz/nothing', GOOD, 404, 'there is no such check'],
    ['/readyz/constructor', GOOD, 404, 'there is no such check'],
  ])('%s of %j: %d', async (url, checks, status, body) => {
    expect(await ask(url, checks)).toEqual([status, body]);
  });
});
