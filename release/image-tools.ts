/** The inputs of a build, for any tool. */
export interface ImageBuild {
  /** NAME:TAG */
  readonly tag: string;
  /** Folder with the Dockerfile. */
  readonly context: string;
  /** Values of the Dockerfile's ARGs. */
  readonly args: Readonly<Record<string, string>>;
  /**
   * The time of every file and of the image itself, in seconds
   * since the epoch. So the same sources give the same image.
   */
  readonly madeAt: number;
  /** Where to write a docker-archive, besides or instead of keeping the image. */
  readonly archive: string | undefined;
  /** npm's cache on this machine. npm does not fetch what the cache holds. */
  readonly npmCache: string | undefined;
}

export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const IMAGE_TOOLS = ['buildah', 'docker'] as const;
export type ImageTool = (typeof IMAGE_TOOLS)[number];

const buildArgs = ({ args }: ImageBuild) =>
  Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);

function buildah(build: ImageBuild): Call[] {
  const volume = build.npmCache === undefined ? [] : ['--volume', `${build.npmCache}:/root/.npm`];
  const args = ['build', '--layers=false', `--timestamp=${build.madeAt}`, ...buildArgs(build), ...volume];
  const calls = [{ program: 'buildah', args: [...args, '--tag', build.tag, build.context], env: {} }];
  if (build.archive === undefined) return calls;
  const push = ['push', build.tag, `docker-archive:${build.archive}:${build.tag}`];
  return [...calls, { program: 'buildah', args: push, env: {} }];
}

function docker(build: ImageBuild): Call[] {
  // BuildKit has its own cache for npm (`--mount=type=cache` in the Dockerfile) and takes none from outside.
  if (build.npmCache !== undefined) throw new Error('--npm-cache: buildah only');
  const dest = build.archive === undefined ? '' : `,dest=${build.archive}`;
  const output = `--output=type=docker,name=${build.tag},rewrite-timestamp=true${dest}`;
  // BuildKit would add information about the build (times, the machine) that differs each time.
  const args = ['buildx', 'build', '--provenance=false', ...buildArgs(build), output, build.context];
  return [{ program: 'docker', args, env: { SOURCE_DATE_EPOCH: String(build.madeAt) } }];
}

/** The calls that make the image, in order. */
export function callsOf(tool: ImageTool, build: ImageBuild): Call[] {
  switch (tool) {
    case 'buildah':
      return buildah(build);
    case 'docker':
      return docker(build);
  }
}
