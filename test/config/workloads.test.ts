import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { WORKLOAD_OPTIONS } from '../../src/config/workloads.ts';

const { value, default: byDefault } = WORKLOAD_OPTIONS['--workloads'];
const parse = (text: string) => value.parse(text, undefined);

describe('--workloads', () => {
  test.each([
    [byDefault, ['deployments', 'statefulsets', 'daemonsets', 'jobs']],
    ['rollouts, statefulsets ,rollouts', ['statefulsets', 'rollouts']],
  ])('%j is %j', (text, resources) => {
    expect(parse(text)).toEqual(resources);
  });

  test.each([
    ['', 'at least one'],
    ['deployments,,jobs', 'a comma between two of these'],
    ['deployment', '"deployment" is not a kind of workload. Allowed choices are deployments, statefulsets'],
    ['Deployments', '"Deployments" is not a kind of workload'],
    ['cronjobs', '"cronjobs" is not a kind of workload'],
  ])('%j is refused, and the message says what to write', (text, message) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
    expect(() => parse(text)).toThrow(message);
  });
});
