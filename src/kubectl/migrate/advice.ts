import type { Finding, Origin } from './finding.ts';

/** In which order to go, so that nothing is lost, and nothing rolls twice. `docs/migrating.md` has it in full. */
const ADVICE: Readonly<Record<Origin, string>> = {
  reloader:
    'install lockstep with compat: [reloader] and edit.enabled and stop Reloader, before you change annotations',
  wave: 'install lockstep with compat: [wave] and edit.enabled and uninstall Wave, before you change annotations',
  checksum: 'install lockstep before you remove checksums',
};

const ROLLS =
  'what changes a pod template rolls all pods: do it together with the next release, and there is one rollout';

/** What to know before anything is changed. */
export function notesOn(origin: Origin, findings: readonly Finding[]): readonly string[] {
  return [
    ...(findings.length > 0 ? [ADVICE[origin]] : []),
    ...(findings.some(({ on }) => on === 'PodTemplate' || (on === 'Text' && origin === 'checksum'))
      ? [ROLLS]
      : []),
  ];
}
