import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function copyInto(root: string, path: string): void {
  const target = join(root, path);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(realpathSync(path), target);
}

/** The shared libraries of a program, including the loader, as this machine's loader finds them. */
function librariesOf(program: string): string[] {
  const said = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...said.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].flatMap(([, path]) => path ?? []);
}

/**
 * Copies programs of this machine with their libraries into a root folder. Each keeps its path unless another
 * one is given.
 */
export function addPrograms(root: string, programs: Readonly<Record<string, string>>): void {
  for (const [path, program] of Object.entries(programs)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(program), target);
    for (const library of librariesOf(program)) copyInto(root, library);
  }
}

const ACCOUNTS = {
  passwd: [
    'root:x:0:0:root:/root:/sbin/nologin',
    'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin',
  ],
  group: ['root:x:0:', 'nonroot:x:65532:'],
};

/** Adds what a distroless image contains besides its programs. */
export function addSkeleton(root: string): void {
  for (const folder of ['etc', 'proc', 'tmp', 'root', 'home/nonroot'])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  for (const [file, lines] of Object.entries(ACCOUNTS))
    writeFileSync(join(root, 'etc', file), `${lines.join('\n')}\n`);
}
