import { describe, expect, it } from 'vitest';
import { GATE_LIMITS, scraperGate, TooManyTokens, type Verdict } from '../../src/server/scraper-gate.ts';

/** An API server that counts who asks it what. */
function asked(verdict: (token: string) => Verdict = () => ({ is: 'allowed' })) {
  const tokens: string[] = [];
  const state = { now: 0, most: 0, inside: 0 };
  const gate = scraperGate(
    {
      async verdictOn(token) {
        tokens.push(token);
        state.inside += 1;
        state.most = Math.max(state.most, state.inside);
        await new Promise(setImmediate);
        state.inside -= 1;
        return verdict(token);
      },
    },
    () => state.now,
  );
  return { gate, tokens, state };
}

describe('who may read the metrics', () => {
  it('is asked once a minute for each token, however many scrape at once', async () => {
    const { gate, tokens, state } = asked();
    const ask = () => gate.verdictOn('a', '10.0.0.1');
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(tokens).toEqual(['a']);
    state.now = GATE_LIMITS.allowedMs;
    await ask();
    expect(tokens).toEqual(['a', 'a']);
  });

  it('is asked again soon after a refusal, so a right that is given counts soon', async () => {
    let verdict: Verdict = { is: 'forbidden', user: 'bob' };
    const { gate, state } = asked(() => verdict);
    expect(await gate.verdictOn('a', 'x')).toMatchObject({ is: 'forbidden' });
    verdict = { is: 'allowed' };
    expect(await gate.verdictOn('a', 'x')).toMatchObject({ is: 'forbidden' });
    state.now = GATE_LIMITS.refusedMs;
    expect(await gate.verdictOn('a', 'x')).toEqual({ is: 'allowed' });
  });

  it('is not remembered after an error', async () => {
    const calls: string[] = [];
    const gate = scraperGate({
      async verdictOn(token) {
        calls.push(token);
        throw new Error('away');
      },
    });
    await expect(gate.verdictOn('a', 'x')).rejects.toThrow('away');
    await expect(gate.verdictOn('a', 'x')).rejects.toThrow('away');
    expect(calls).toHaveLength(2);
    expect(gate.remembered()).toBe(0);
  });

  it('is asked for few invented tokens at once, and a scraper gets its turn meanwhile', async () => {
    const { gate, tokens, state } = asked((token) => ({ is: token === 'real' ? 'allowed' : 'unknown' }));
    const flood = Array.from({ length: 1_000 }, (_, index) =>
      gate.verdictOn(`invented-${index}`, 'attacker').catch((error: unknown) => error),
    );
    expect(await gate.verdictOn('real', 'prometheus')).toEqual({ is: 'allowed' });
    const results = await Promise.all(flood);
    expect(results.filter((each) => each instanceof TooManyTokens)).toHaveLength(
      1_000 - GATE_LIMITS.perClient,
    );
    expect(tokens).toHaveLength(GATE_LIMITS.perClient + 1);
    expect(tokens.indexOf('real')).toBeLessThan(4);
    expect(state.most).toBeLessThanOrEqual(GATE_LIMITS.atOnce);
  });

  it('takes bounded memory, and invented tokens do not push a scraper’s out', async () => {
    const { paceMs, most } = GATE_LIMITS;
    GATE_LIMITS.paceMs = 0;
    try {
      const { gate, tokens } = asked((token) => ({ is: token === 'real' ? 'allowed' : 'unknown' }));
      await gate.verdictOn('real', 'prometheus');
      for (let index = 0; index < most + 20; index += 1)
        await gate.verdictOn(`invented-${index}`, 'attacker');
      expect(gate.remembered()).toBe(most + 1);
      await gate.verdictOn('real', 'prometheus');
      expect(tokens.filter((token) => token === 'real')).toHaveLength(1);
    } finally {
      GATE_LIMITS.paceMs = paceMs;
    }
  });
});
