import { execFileSync } from 'node:child_process';
import { Type } from 'typebox';
import { Parse } from 'typebox/value';

const Inspected = Type.Object({
  FromImageID: Type.String(),
  OCIv1: Type.Object({
    created: Type.String(),
    config: Type.Object({
      User: Type.String(),
      Env: Type.Array(Type.String()),
      Entrypoint: Type.Array(Type.String()),
      Cmd: Type.Array(Type.String()),
      Labels: Type.Record(Type.String(), Type.String()),
    }),
    rootfs: Type.Object({ diff_ids: Type.Array(Type.String()) }),
  }),
});

export type Inspected = ReturnType<typeof inspect>;

/** Calls buildah with the store that the environment names, and returns what it prints. */
export const buildah = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  execFileSync('buildah', args, { encoding: 'utf8', env: { ...process.env, ...env } }).trim();

/**
 * The digest of the image's configuration, and the configuration itself, which names the layers by their
 * digests.
 */
export function inspect(env: Readonly<Record<string, string>>, image: string) {
  const { FromImageID, OCIv1 } = Parse(
    Inspected,
    JSON.parse(buildah(env, 'inspect', '--type', 'image', image)),
  );
  return { id: FromImageID, created: OCIv1.created, layers: OCIv1.rootfs.diff_ids, ...OCIv1.config };
}

/** Unpacks an image into the store. Returns the root folder. */
export function unpack(env: Readonly<Record<string, string>>, image: string): string {
  return buildah(env, 'mount', buildah(env, 'from', '--pull-never', image));
}
