import { expect, test } from 'vitest';
import { COMMANDS } from '../../../src/kubectl/table.ts';
import { kubectlLockstep } from '../../kit/kubectl-lockstep.ts';

const NAMES = COMMANDS.map(({ info }) => info.name);

/** What completes a command line, with the directive at the end. */
async function completed(...typed: string[]): Promise<string[]> {
  const { code, out, err } = await kubectlLockstep('/nonexistent/kubeconfig', ['__complete', ...typed]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.endsWith('\n')).toBe(true);
  return out.trimEnd().split('\n');
}
const words = (lines: readonly string[]) => lines.map((line) => line.split('\t')[0]);

test('every command is offered, with its summary', async () => {
  const lines = await completed('');
  expect(words(lines)).toEqual([...NAMES, 'help', ':4']);
  for (const { info } of COMMANDS) expect(lines).toContain(`${info.name}\t${info.summary}`);
});

test.each(COMMANDS.map(({ info }) => info))(
  'the flags of $name are offered, and those of kubectl',
  async (info) => {
    const found = words(await completed(info.name, '--'));
    for (const flag of [...Object.keys(info.options), '--namespace', '--context', '--help'])
      expect(found).toContain(flag);
  },
);

test.each([
  // Commands.
  [['sta'], ['status', ':4']],
  [
    ['-n', 'shop', 'sta'],
    ['status', ':4'],
  ],
  [
    ['help', 'sta'],
    ['status', ':4'],
  ],
  [['nothing', ''], [':4']],
  // Kinds, as far as no cluster is needed. The person goes on after the slash, so no space follows.
  [
    ['status', 'dep'],
    ['deployment/', ':6'],
  ],
  [
    ['status', 'sts'],
    ['sts/', ':6'],
  ],
  [['status', 'nothing'], [':4']],
  [
    ['status', ''],
    ['deployment/', 'statefulset/', 'daemonset/', 'rollout/', ':6'],
  ],
  [
    ['usage', ''],
    ['configmap/', 'secret/', ':6'],
  ],
  [
    ['usage', '--unused', 'c'],
    ['configmap/', ':6'],
  ],
  [['version', ''], [':4']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish', 'kubectl', ':4'],
  ],
  // After `--` no word is a flag.
  [['status', '--', '-'], [':4']],
  [
    ['--', 'sta'],
    ['status', ':4'],
  ],
  // Flags and their values.
  [
    ['status', '--dri'],
    ['--drifted', ':4'],
  ],
  [
    ['status', '-o', 'j'],
    ['json', 'jsonpath=', ':4'],
  ],
  [
    ['status', '-o', 'jsonp'],
    ['jsonpath=', ':6'],
  ],
  [
    ['status', '--output=w'],
    ['--output=wide', ':4'],
  ],
  [
    ['status', '-ow'],
    ['-owide', ':4'],
  ],
  [['status', '--selector', ''], [':4']],
  // Files are the shell's.
  [['status', '--kubeconfig', ''], [':0']],
  [['impact', '-f', ''], [':0']],
  // Without a cluster there are no names, and no error.
  [['status', 'deploy/'], [':4']],
  [['status', '-n', ''], [':4']],
  [['status', '--context='], [':4']],
  [['status', '--request-timeout', 'soon', 'deploy/'], [':4']],
  [['status', 'nothing/'], [':4']],
])('%j', async (typed, expected) => {
  expect(words(await completed(...typed))).toEqual(expected);
});

test('no words at all are as an empty one', async () => {
  expect(words(await completed())).toEqual([...NAMES, 'help', ':4']);
});

test('completion prints a script for each shell, and says which there are', async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'kubectl']) {
    const { code, out } = await kubectlLockstep(undefined, ['completion', shell]);
    expect(code).toBe(0);
    expect(out).toContain('kubectl-lockstep __complete');
  }
  expect(await kubectlLockstep(undefined, ['completion'])).toMatchObject({
    code: 2,
    err: 'error: name one of these: bash, zsh, fish, kubectl\n',
  });
});
