import { INJECT } from '../src/config/inject.ts';
import { type CommandRecord, defaultText, type OptionRecord, variableOf } from '../src/config/option.ts';
import { SERVE } from '../src/config/serve.ts';
import { OLDEST_NODE } from '../src/version.ts';

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;

function defaultOf({ default: byDefault, defaultMeaning, neededWith }: OptionRecord<unknown>): string {
  if (neededWith !== undefined) return `needed with ${code(neededWith)}`;
  if (byDefault === undefined) return defaultMeaning ?? '';
  return byDefault === '' ? defaultText(byDefault) : code(byDefault);
}

function rowOf([flag, record]: [string, OptionRecord<unknown>]): string {
  const { short, value, env, description } = record;
  const names = short === undefined ? flag : `${short}, ${flag}`;
  const option = code(value.valueName === '' ? names : `${names} <${value.valueName}>`);
  const variable = env === false ? '' : code(variableOf(flag));
  return `| ${option} | ${defaultOf(record)} | ${variable} | ${description.replaceAll('|', '\\|')} |`;
}

const tableOf = (options: CommandRecord['options']) =>
  [
    '| option | default | environment variable | meaning |',
    '| --- | --- | --- | --- |',
    ...Object.entries(options).map(rowOf),
  ].join('\n');

const sectionOf = ({ name, description, options }: CommandRecord, more: string) =>
  `## lockstep ${name}\n\n${description}\n\n${tableOf(options)}\n\n${more}`;

const INTRO = `# The command line

\`npm run cli-docs\` writes this page from \`src/config/\`; a test keeps the two the same.

\`lockstep --version\` prints the version, and \`lockstep help COMMAND\` prints the options below. lockstep needs
Node ${OLDEST_NODE} or newer. From a clone, \`npm run lockstep -- COMMAND\` runs it on that Node.

An environment variable can also set an option; the option wins. A duration is written as in Go: \`2500ms\`,
\`1m30s\`, \`720h\`. An error ends a command with exit code 1; its message ends with [a code](errors.md).`;

const AFTER_SERVE = `lockstep reads a kubeconfig as kubectl does, with \`proxy-url\`, \`tls-server-name\`, \`tokenFile\` and exec
plugins. Without \`proxy-url\` it follows \`HTTPS_PROXY\` and \`NO_PROXY\`, also in a cluster.

The command runs until SIGTERM or SIGINT. In a cluster, [the chart](../charts/lockstep/README.md) sets the
options.`;

const AFTER_INJECT = `The command prints all documents as one stream and keeps comments and order. A ConfigMap that is not among
the files counts as absent, with a warning.

\`-f\` reads files, and the \`*.yaml\`, \`*.yml\` and \`*.json\` files of directories. \`-R\` includes the directories
below. \`-k\` runs \`kubectl kustomize\`, or \`kustomize build\` if kubectl is not installed.

| exit code | without \`--check\` and \`--diff\` | with one of them |
| --- | --- | --- |
| 0 | done | nothing would change |
| 1 | an error | something would change |
| 2 or more | | an error |`;

/** The text of `docs/cli.md`. */
export const cliMarkdown = (): string =>
  `${[INTRO, sectionOf(SERVE, AFTER_SERVE), sectionOf(INJECT, AFTER_INJECT)].join('\n\n')}\n`;
