import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/kubectl/table.ts';
import { kubectlLockstep } from '../kit/kubectl-lockstep.ts';

const run = (...args: string[]) => kubectlLockstep('/nonexistent/kubeconfig', args);

describe('help', () => {
  test('is what the program prints without arguments, and lists every command', async () => {
    const { code, out, err } = await run();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const { info } of COMMANDS) expect(out).toContain(`  ${info.name} `);
  });

  test.each(COMMANDS.map(({ info }) => info))(
    'of $name has its examples, which say kubectl lockstep',
    async (info) => {
      const { code, out } = await run(info.name, '--help');
      expect(code).toBe(0);
      expect(info.examples).not.toEqual([]);
      for (const { command, about } of info.examples) {
        expect(command).toMatch(new RegExp(`^kubectl lockstep ${info.name}( |$)`));
        expect(out).toContain(`  # ${about}\n  ${command}\n`);
      }
    },
  );
});

describe('a command line that is wrong ends with 2, and says what is wrong', () => {
  test.each([
    [['nothing'], "error: unknown command 'nothing'"],
    [['statsu'], 'Did you mean status?'],
    [['status', '--colour'], "error: unknown option '--colour'"],
    [['status', '-o', 'xml'], 'Allowed choices are table, wide, json, yaml, name, jsonpath=TEMPLATE.'],
    [['status', '--request-timeout', 'soon'], 'A timeout is a duration'],
    [['status', '-n'], "error: option '-n, --namespace <name>' argument missing"],
    [['status'], 'error: cannot use /nonexistent/kubeconfig'],
  ])('%j', async (args, error) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(error);
  });
});

test('whatever a command prints, nobody’s text controls the terminal', async () => {
  const clear = '\u001b[2J';
  for (const args of [[`x${clear}`], ['status', '-o', `x${clear}`], ['status', `--kubeconfig=x${clear}`]]) {
    const { out, err } = await run(...args);
    expect(out + err).not.toContain('\u001b');
    expect(err).toContain('?[2J');
  }
});
