import { stringify } from 'yaml';
import { PLATFORMS, type Platform, programName } from '../platforms.ts';

/** The name of an archive, as it is published. */
export const archiveName = ({ os, arch }: Platform): string => `kubectl-lockstep_${os}_${arch}.tar.gz`;

/** What differs from release to release. */
export interface Release {
  /** Without a `v`. */
  readonly version: string;
  /** The folder that the archives are published in: `https://example.com/releases/v1.0.0`. */
  readonly url: string;
  readonly homepage: string;
  /** SHA-256 of each archive, by its name. */
  readonly sums: Readonly<Record<string, string>>;
}

const DESCRIPTION = `lockstep keeps the pods of a workload in step with the ConfigMaps and Secrets that they read.
This plugin says which workloads are out of step and why, and what an edit would roll. It
judges them by the code of lockstep, with your own rights, and never prints a value of a Secret.
`;

const CAVEATS = `Completion: kubectl lockstep completion kubectl > DIR/kubectl_complete-lockstep
with a folder DIR of PATH, and chmod +x of that file.
`;

function platformEntry(platform: Platform, { url, sums }: Release): object {
  const name = archiveName(platform);
  const sum = sums[name];
  if (sum === undefined) throw new Error(`there is no checksum of ${name}`);
  return {
    selector: { matchLabels: { os: platform.os, arch: platform.arch } },
    uri: `${url}/${name}`,
    sha256: sum,
    bin: programName(platform),
  };
}

/**
 * The manifest of the plugin for krew.
 * @see https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/
 * @throws Error if the checksum of an archive is missing
 */
export function krewManifest(release: Release): string {
  return stringify(
    {
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'lockstep' },
      spec: {
        version: `v${release.version}`,
        homepage: release.homepage,
        shortDescription: 'Show which pods are out of step with their config',
        description: DESCRIPTION,
        caveats: CAVEATS,
        platforms: PLATFORMS.map((platform) => platformEntry(platform, release)),
      },
    },
    { lineWidth: 0 },
  );
}
