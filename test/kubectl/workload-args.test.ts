import { describe, expect, test } from 'vitest';
import { kindOfWord, namedBy, oneWorkload } from '../../src/kubectl/workload-args.ts';

describe('a word means a kind', () => {
  test.each([
    ['deploy', 'Deployment'],
    ['deployment', 'Deployment'],
    ['Deployments', 'Deployment'],
    ['deployments.apps', 'Deployment'],
    ['deployment.v1.apps', 'Deployment'],
    ['sts', 'StatefulSet'],
    ['ds', 'DaemonSet'],
    ['rollout', 'Rollout'],
    ['ro', 'Rollout'],
  ])('%s: %s', (word, kind) => {
    expect(kindOfWord(word).kind).toBe(kind);
  });

  test.each(['pods', 'cm', '', 'deployments.extensions'])('"%s": none', (word) => {
    expect(() => kindOfWord(word)).toThrow(
      `"${word}" is not a kind of workload that lockstep acts on. These are: deployment, statefulset, daemonset, rollout`,
    );
  });
});

const plain = (args: readonly string[]) => {
  const { workloads, kinds } = namedBy(args);
  return {
    workloads: workloads.map(({ kind, name }) => `${kind.kind} ${name}`),
    kinds: kinds.map(({ kind }) => kind),
  };
};

describe('arguments name', () => {
  test.each([
    { args: [], workloads: [], kinds: [] },
    { args: ['deploy/web'], workloads: ['Deployment web'], kinds: [] },
    { args: ['deploy/web', 'sts/db'], workloads: ['Deployment web', 'StatefulSet db'], kinds: [] },
    { args: ['deploy', 'web', 'api'], workloads: ['Deployment web', 'Deployment api'], kinds: [] },
    { args: ['deploy,sts,deployments'], workloads: [], kinds: ['Deployment', 'StatefulSet'] },
  ])('$args', ({ args, ...expected }) => {
    expect(plain(args)).toEqual(expected);
  });

  test.each([
    { args: ['deploy/web/x'], error: '"deploy/web/x" is not TYPE/NAME, for example deployment/web' },
    { args: ['deploy/'], error: '"deploy/" is not TYPE/NAME' },
    { args: ['/web'], error: '"/web" is not TYPE/NAME' },
    { args: ['deploy/web', 'api'], error: '"api" is not TYPE/NAME' },
    {
      args: ['deploy', 'sts/db'],
      error: '"deploy" and "sts/db" are written in two ways: use TYPE/NAME for all',
    },
    { args: ['deploy', '../x'], error: 'are written in two ways' },
    { args: ['deploy', '..'], error: '".." cannot be the name of a deployment' },
    { args: ['deploy/Web'], error: '"Web" cannot be the name of a deployment' },
  ])('nothing that can be: $args', ({ args, error }) => {
    expect(() => namedBy(args)).toThrow(error);
  });

  test('one workload, and no more', () => {
    expect(oneWorkload(['deploy', 'web'])).toMatchObject({ name: 'web' });
    for (const args of [[], ['deploy'], ['deploy/a', 'deploy/b']])
      expect(() => oneWorkload(args)).toThrow('name one workload as TYPE/NAME or TYPE NAME');
  });
});
