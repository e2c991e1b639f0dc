import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A check by its name: whether it passes now. */
export type Checks = Readonly<Record<string, () => boolean>>;

interface Asked {
  readonly verbose: boolean;
  readonly excluded: readonly string[];
}

/** The query in Kubernetes' manner: `?verbose`, `?exclude=NAME`, which may be given more than once. */
function askedBy(url: string): Asked {
  const query = new URL(url, 'http://localhost').searchParams;
  return { verbose: query.has('verbose'), excluded: query.getAll('exclude') };
}

/** The answer to a question about all checks, as Kubernetes' own components word it. (apiserver, healthz) */
export function healthAnswer(name: string, checks: Checks, { verbose, excluded }: Asked) {
  const results = Object.entries(checks).map(([check, passes]) => {
    if (excluded.includes(check)) return { passed: true, line: `[+]${check} excluded: ok` };
    return passes()
      ? { passed: true, line: `[+]${check} ok` }
      : // Whoever asks is not known. The log and the metrics have the reason.
        { passed: false, line: `[-]${check} failed: reason withheld` };
  });
  const unknown = excluded.filter((check) => !Object.hasOwn(checks, check));
  const notes =
    unknown.length === 0
      ? []
      : [`warn: some health checks cannot be excluded: no matches for ${unknown.join(', ')}`];
  const isOk = results.every(({ passed }) => passed);
  const lines = [...results.map(({ line }) => line), ...notes, `${name} check ${isOk ? 'passed' : 'failed'}`];
  return { isOk, body: isOk && !verbose ? 'ok' : `${lines.join('\n')}\n` };
}

/**
 * Adds `/NAME` and `/NAME/CHECK` to a server: 200 if all checks pass, or else 503.
 * @param name `readyz`
 */
export function addHealth(app: FastifyInstance, name: string, checks: Checks): void {
  const answer = (url: string, of: Checks, reply: FastifyReply) => {
    const { isOk, body } = healthAnswer(name, of, askedBy(url));
    return reply
      .code(isOk ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(body);
  };
  app.get(`/${name}`, ({ url }, reply) => answer(url, checks, reply));
  app.get(`/${name}/:check`, (request: FastifyRequest<{ Params: { check: string } }>, reply) => {
    const { check } = request.params;
    const passes = Object.hasOwn(checks, check) ? checks[check] : undefined;
    return passes
      ? answer(request.url, { [check]: passes }, reply)
      : reply.code(404).send('there is no such check');
  });
}
