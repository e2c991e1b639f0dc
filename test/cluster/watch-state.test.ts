import { describe, expect, test } from 'vitest';
import { telling } from '../../src/cluster/telling.ts';
import type { WatchEvent } from '../../src/cluster/watch-event.ts';
import { watchState } from '../../src/cluster/watch-state.ts';

const TIMES = { olderSeconds: 10, olderMostSeconds: 15 };
const ended = (quietMs: number) => ({ kind: 'ended', quietMs }) as const;
const event = (kind: 'seen' | 'gone', name: string, version = '5', namespace = 'shop'): WatchEvent => ({
  kind,
  place: { namespace, name },
  version,
  object: { name },
});
const seen = (name: string, version?: string, namespace?: string) => event('seen', name, version, namespace);
const bookmark = (version: string, isInitialEnd = false): WatchEvent => ({
  kind: 'bookmark',
  version,
  isInitialEnd,
});
const FAILED = { kind: 'failed', error: new Error('cut') } as const;

function started() {
  const told: string[] = [];
  const isWanted = (namespace: string) => namespace === 'shop';
  const read = (_: unknown, { name }: { name: string }) => {
    if (name === 'odd') throw new Error('does not fit');
    return name;
  };
  const follower = {
    onSeen: (name: string) => void told.push(`seen ${name}`),
    onGone: ({ name }: { name: string }) => void told.push(`gone ${name}`),
    onSynced: () => void told.push('synced'),
    onError: (error: unknown) => void told.push(`error: ${error instanceof Error ? error.message : error}`),
  };
  const state = watchState('configmaps', telling({ isWanted, read }, follower), TIMES);
  return {
    state,
    /** One connection, and what is told in it. */
    watch(events: readonly WatchEvent[]) {
      const start = state.begin();
      const endings = events.map((each) => state.take(each)).filter((each) => each !== undefined);
      return { start, endings, told: told.splice(0) };
    },
    toldSince: () => told.splice(0),
  };
}

describe('a watch', () => {
  test('goes on from the last version, once all objects have been sent', () => {
    const { state, watch } = started();
    expect(watch([seen('a', '3'), seen('b', '9'), bookmark('9', true)])).toEqual({
      start: { kind: 'all' },
      endings: [],
      told: ['seen a', 'seen b', 'synced'],
    });
    state.end(ended(0));
    expect(watch([seen('a', '12'), event('gone', 'b', '13')])).toMatchObject({
      start: { kind: 'from', version: '9' },
      told: ['seen a', 'gone b'],
    });
    state.end(FAILED);
    expect(watch([bookmark('20')]).start).toEqual({ kind: 'from', version: '13' });
    expect(watch([]).start).toEqual({ kind: 'from', version: '20' });
  });

  test('that breaks before all objects were sent begins again, and tells nothing gone', () => {
    const { state, watch } = started();
    watch([seen('a'), seen('b'), bookmark('9', true)]);
    state.end({ kind: 'expired' });
    expect(watch([seen('b', '11'), bookmark('12')])).toMatchObject({
      start: { kind: 'all' },
      told: ['seen b'],
    });
    state.end(FAILED);
    expect(watch([seen('a'), seen('b'), bookmark('14', true)])).toMatchObject({
      start: { kind: 'all' },
      told: ['seen a', 'seen b', 'synced'],
    });
  });

  test('begins again after 410, and tells what is gone since', () => {
    const { state, watch } = started();
    watch([seen('a'), seen('b'), bookmark('9', true)]);
    const { endings } = watch([{ kind: 'error', code: 410, retryAfterSeconds: undefined }]);
    expect(endings).toEqual([{ kind: 'expired' }]);
    state.end({ kind: 'expired' });
    expect(watch([seen('b'), bookmark('30', true)])).toMatchObject({
      start: { kind: 'all' },
      told: ['seen b', 'gone a', 'synced'],
    });
  });

  test('ends at any other error, and comes again when the API server says', () => {
    const { watch } = started();
    const { endings } = watch([{ kind: 'error', code: 429, retryAfterSeconds: 3 }]);
    expect(endings).toMatchObject([{ kind: 'failed', retryAfterMs: 3_000 }]);
  });

  test('of an older API server has seen all objects at its first bookmark', () => {
    const { state, watch } = started();
    watch([]);
    state.end({ kind: 'unsupported' });
    expect(watch([seen('a')])).toMatchObject({ start: { kind: 'all-older', seconds: 10 } });
    expect(state.end(ended(4_999))).toMatchObject({
      kind: 'failed',
      error: { message: 'the watch of configmaps ended before the API server had sent all of them' },
    });
    expect(watch([seen('a'), bookmark('9')])).toMatchObject({
      start: { kind: 'all-older', seconds: 15 },
      told: ['seen a', 'synced'],
    });
    state.end({ kind: 'expired' });
    // It may have been replaced by a newer one.
    expect(watch([]).start).toEqual({ kind: 'all' });
  });

  test('of an older API server without bookmarks has seen all objects when it ends after a quiet time', () => {
    const { state, watch, toldSince } = started();
    watch([]);
    state.end({ kind: 'unsupported' });
    watch([seen('a'), seen('b')]);
    expect(state.end(ended(5_000))).toEqual(ended(5_000));
    expect(toldSince()).toEqual(['synced']);
    expect(watch([seen('a')]).start).toEqual({ kind: 'all-older', seconds: 15 });
    expect(state.end(FAILED)).toBe(FAILED);
    watch([seen('a')]);
    state.end(ended(8_000));
    expect(toldSince()).toEqual(['gone b', 'synced']);
  });

  test('that is silent goes on where it was; before all objects were sent it is broken', () => {
    const { state, watch } = started();
    const silent = { kind: 'silent', error: new Error('silent') } as const;
    watch([seen('a')]);
    expect(state.end(silent)).toEqual({ ...silent, kind: 'failed' });
    watch([seen('a'), bookmark('9', true)]);
    expect(state.end(silent)).toBe(silent);
    expect(watch([]).start).toEqual({ kind: 'from', version: '9' });
  });

  test('of a kind that is not installed sees nothing, and says so once', () => {
    const { state, watch, toldSince } = started();
    watch([seen('a'), bookmark('9', true)]);
    state.end({ kind: 'absent' });
    expect(toldSince()).toEqual(['gone a', 'synced']);
    watch([]);
    state.end({ kind: 'absent' });
    expect(toldSince()).toEqual([]);
    expect(watch([seen('a')]).start).toEqual({ kind: 'all' });
    state.end({ kind: 'absent' });
    expect(toldSince()).toEqual(['gone a', 'synced']);
  });

  test('drops other namespaces, and goes on after an object that does not fit', () => {
    const { state, watch } = started();
    expect(watch([seen('x', '1', 'other'), seen('odd'), seen('a'), bookmark('9', true)]).told).toEqual([
      'error: does not fit',
      'seen a',
      'synced',
    ]);
    expect(watch([event('gone', 'x', '10', 'other'), seen('x', '11', 'other')])).toMatchObject({
      start: { kind: 'from', version: '9' },
      told: [],
    });
    state.end({ kind: 'expired' });
    expect(watch([seen('odd'), seen('a'), bookmark('9', true)])).toMatchObject({
      start: { kind: 'all' },
      told: ['error: does not fit', 'seen a', 'synced'],
    });
  });
});
