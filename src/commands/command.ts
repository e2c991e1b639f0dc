import { Command } from 'commander';
import { type CommandRecord, type OptionTable, toOptions, type Values } from '../config/option.ts';

/**
 * A command of the program, made from its record. If a
 * value is wrong, commander names the option and the value.
 * @param run gets the values as commander has read them: commander's own type for them is `any`
 */
export function commandOf<T extends OptionTable>(
  { name, description, options }: CommandRecord<T>,
  run: (values: Values<T>) => Promise<void>,
): Command {
  const command = new Command(name).description(description);
  for (const each of toOptions(options)) command.addOption(each);
  return command.action((values: Values<T>) => run(values));
}
