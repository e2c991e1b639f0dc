import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModuleName } from './programs.ts';

/** The pins of one of the Go modules under tools/. */
export interface ToolModule {
  readonly name: ModuleName;
  /** The folder that holds its go.mod. */
  readonly dir: string;
  /** The text of its go.mod. */
  readonly goMod: string;
  /** A short digest over go.mod and go.sum, from which the programs are built. */
  readonly digest: string;
  /** For `go build -ldflags`. */
  readonly ldflags: string;
}

/** Reads a module's pins. */
export async function readModule(name: ModuleName): Promise<ToolModule> {
  const dir = join(import.meta.dirname, 'tools', name);
  const [mod, sum] = await Promise.all(['go.mod', 'go.sum'].map((file) => readFile(join(dir, file), 'utf8')));
  if (mod === undefined || sum === undefined) throw new Error(`${dir} holds no module`);
  const digest = createHash('sha256').update(mod).update('\0').update(sum).digest('hex').slice(0, 12);
  return { name, dir, goMod: mod, digest, ldflags: ['-s', '-w', ...versionFlags(mod)].join(' ') };
}

/**
 * Kubernetes learns its version at link time. Without a version, it turns features off. Its go.mod pins the
 * version, so the version is read from there. Other modules need no such flags.
 */
export function versionFlags(goMod: string): readonly string[] {
  const version = /^\s*(?:require\s+)?k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/m.exec(goMod);
  if (version === null) return [];
  const [, gitVersion, gitMajor, gitMinor] = version;
  return Object.entries({ gitVersion, gitMajor, gitMinor }).map(
    ([variable, value]) => `-X k8s.io/component-base/version.${variable}=${value}`,
  );
}
