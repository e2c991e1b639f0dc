import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundledPackage, idOf } from './packages.ts';

/**
 * The files that a licence requires to be passed on: its
 * text with the copyright holders, and Apache-2.0's notices.
 */
const LEGAL_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** Small packages have the licence only in their README. */
const README = /^readme([.].*)?$/i;

function legalTexts({ folder }: BundledPackage): string[] {
  const files = readdirSync(folder).sort();
  const texts = (which: RegExp) =>
    files
      .filter((name) => which.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
  const legal = texts(LEGAL_FILE);
  return legal.length > 0 ? legal : texts(README).filter((text) => /licen[cs]e/i.test(text));
}

/**
 * The text of one file with the licences of everything in the bundle.
 * @throws if a package has no licence text: then a person must look at it
 */
export function thirdPartyText(packages: readonly BundledPackage[]): string {
  const sections = packages.map((bundled) => {
    const texts = legalTexts(bundled);
    if (texts.length === 0) throw new Error(`${idOf(bundled)} (${bundled.license}) has no licence file`);
    return [`${idOf(bundled)} (${bundled.license})`, ...texts].join('\n\n');
  });
  const intro = 'lockstep contains parts of these packages, under these licences.';
  return `${[intro, ...sections].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
