import { Command } from 'commander';
import { expect, expectTypeOf, test } from 'vitest';
import { type OptionTable, toOptions, type Values, variableOf } from '../../src/config/option.ts';
import { ON_OFF, oneOf, PORT, SWITCH, text, texts } from '../../src/config/value-types.ts';

const TABLE = {
  '--admin-port': { value: PORT, default: '8080', description: 'a port' },
  '--pin': { value: ON_OFF, default: 'off', description: 'a switch with two words' },
  '--mode': { value: oneOf(['a', 'b']), description: 'a choice', defaultMeaning: 'what suits' },
  '--key-file': { value: text('file'), description: 'a file', neededWith: '--pin on' },
  '--name': { value: texts('name'), short: '-n', env: false, description: 'several' },
  '--check': { value: SWITCH, env: false, description: 'a switch' },
} as const satisfies OptionTable;

function commandWith(table: OptionTable): Command {
  const command = new Command('x').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of toOptions(table)) command.addOption(option);
  return command;
}
const valuesOf = (...args: string[]) => commandWith(TABLE).parse(args, { from: 'user' }).opts();

test('the types of the values are those of the table', () => {
  expectTypeOf<Values<typeof TABLE>>().toEqualTypeOf<{
    readonly adminPort: number;
    readonly pin: boolean;
    readonly mode: 'a' | 'b' | undefined;
    readonly keyFile: string | undefined;
    readonly name: readonly string[] | undefined;
    readonly check: boolean | undefined;
  }>();
});

test('a default is written in a user’s notation, and parsed from it', () => {
  expect(valuesOf()).toEqual({ adminPort: 8080, pin: false });
});

test('values are read by their types, and some options take more than one', () => {
  const args = ['--admin-port', '1', '--pin', 'on', '--mode', 'b', '-n', 'p', 'q', '--name', 'r', '--check'];
  const values = { adminPort: 1, pin: true, mode: 'b', name: ['p', 'q', 'r'], check: true };
  expect(valuesOf(...args)).toEqual(values);
});

test('the environment variable is named after the flag, and the flag wins', () => {
  expect(variableOf('--admin-port')).toBe('LOCKSTEP_ADMIN_PORT');
  process.env['LOCKSTEP_ADMIN_PORT'] = '7';
  try {
    expect(valuesOf()).toMatchObject({ adminPort: 7 });
    expect(valuesOf('--admin-port', '8')).toMatchObject({ adminPort: 8 });
  } finally {
    delete process.env['LOCKSTEP_ADMIN_PORT'];
  }
});

test('the help shows an option’s values, its default, and when it is required', () => {
  const help = commandWith(TABLE).configureHelp({ helpWidth: 200 }).helpInformation();
  const lines = help.split('\n').map((line) => line.trim().replace(/ {2,}/, '  '));
  expect(lines).toEqual(
    expect.arrayContaining([
      '--admin-port <number>  a port (default: 8080, env: LOCKSTEP_ADMIN_PORT)',
      '--mode <a|b>  a choice (default: what suits) (env: LOCKSTEP_MODE)',
      '--key-file <file>  a file (needed with --pin on) (env: LOCKSTEP_KEY_FILE)',
      '-n, --name <name...>  several',
      '--check  a switch',
    ]),
  );
});

test.each([
  ['--admin-port', '65536', 'A port is a whole number from 0 (any free one) to 65535.'],
  ['--admin-port', '1.5', 'A port is a whole number'],
  ['--pin', 'yes', 'Allowed choices are on, off.'],
  ['--mode', 'c', 'Allowed choices are a, b.'],
])('an error names the option and the values that it accepts: %s %s', (flag, value, message) => {
  expect(() => valuesOf(flag, value)).toThrow(message);
});
