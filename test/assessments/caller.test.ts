import { describe, expect, it } from 'vitest';
import { callerOf } from '../../src/assessments/caller.ts';

const HEADERS = {
  user: ['x-remote-user', 'x-user'],
  uid: ['x-remote-uid'],
  group: ['x-remote-group'],
  extraPrefixes: ['x-remote-extra-'],
};

describe('who calls, in the words of the API server', () => {
  it('has a name, a uid, groups and extra values', () => {
    const headers = {
      'x-remote-user': ['alice'],
      'x-remote-uid': ['7'],
      'x-remote-group': ['team, a', 'system:authenticated'],
      'x-remote-extra-scopes.example.com%2fkind': ['read', 'write'],
      authorization: ['Bearer x'],
    };
    expect(callerOf(headers, HEADERS)).toEqual({
      user: 'alice',
      uid: '7',
      // A comma is part of a name: these are two groups.
      groups: ['team, a', 'system:authenticated'],
      extra: { 'scopes.example.com/kind': ['read', 'write'] },
    });
  });

  it('is named by the first header that names somebody', () => {
    expect(callerOf({ 'x-remote-user': [''], 'x-user': ['bob'] }, HEADERS)?.user).toBe('bob');
  });

  it('is nobody without a name', () => {
    expect(callerOf({ 'x-remote-group': ['system:masters'] }, HEADERS)).toBeUndefined();
    expect(callerOf({ 'x-remote-user': [''] }, HEADERS)).toBeUndefined();
  });

  it('has no uid from a cluster that sends none, whoever sends the header', () => {
    const caller = callerOf({ 'x-remote-user': ['alice'], 'x-remote-uid': ['0'] }, { ...HEADERS, uid: [] });
    expect(caller?.uid).toBeUndefined();
  });

  it('keeps a key that cannot be unescaped, and one that objects have by themselves', () => {
    const headers = {
      'x-remote-user': ['a'],
      'x-remote-extra-%zz': ['1'],
      'x-remote-extra-__proto__': ['2'],
    };
    const extra = callerOf(headers, HEADERS)?.extra;
    expect(Object.entries(extra ?? {})).toEqual([
      ['%zz', ['1']],
      ['__proto__', ['2']],
    ]);
  });
});
