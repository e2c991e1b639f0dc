import type { Command } from 'commander';
import { SERVE, type ServeConfig, serveConfig } from '../config/serve.ts';
import { commandOf } from './command.ts';

/** `lockstep serve` as a command. `run` gets the configuration; the caller loads the server itself. */
export const serveCommand = (run: (config: ServeConfig) => Promise<void>): Command =>
  commandOf(SERVE, (values) => run(serveConfig(values)));
