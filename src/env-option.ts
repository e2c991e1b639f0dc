import { Option } from 'commander';

/**
 * An option of the command line that is also an environment variable.
 * @param env the variable's name, without `LOCKSTEP_`
 */
export const option = (flags: string, description: string, env: string): Option =>
  new Option(flags, description).env(`LOCKSTEP_${env}`);
