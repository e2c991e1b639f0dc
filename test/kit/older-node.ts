import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { OLDEST_NODE } from '../../src/version.ts';

/** How to start a Node, and the version that it reports. */
export interface Node {
  /** `v20.20.2` */
  readonly version: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** This Node, which reports another version. */
export function pretendedNode(version: string): Node {
  const set = (name: string, value: string) =>
    `Object.defineProperty(process, '${name}', { value: ${value} });`;
  const versions = `{ ...process.versions, node: '${version.slice(1)}' }`;
  const preload = `data:text/javascript,${encodeURIComponent(set('versions', versions) + set('version', `'${version}'`))}`;
  return { version, program: process.execPath, args: ['--import', preload] };
}

/**
 * Every Node on PATH that is older than lockstep needs. npm may run on one, while its scripts run on the
 * `node` package.
 */
export const olderNodes = (): Node[] =>
  (process.env['PATH'] ?? '').split(delimiter).flatMap((directory) => {
    const program = join(directory, 'node');
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    const isOlder = stdout && Number.parseInt(stdout.slice(1), 10) < OLDEST_NODE;
    return isOlder ? [{ version: stdout.trim(), program, args: [] }] : [];
  });
