import { fileURLToPath } from 'node:url';
import { importsIn, pictureOf, roomGraph } from './imports.ts';
import { overrides } from './rules.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const SRC = fromRoot('src');
export const BIOME = fromRoot('biome.json');
export const ARCHITECTURE = fromRoot('docs/architecture.md');

/** The text of biome.json with the overrides of the house, not formatted. */
export function withOverrides(text: string): string {
  return `${JSON.stringify({ ...JSON.parse(text), overrides: overrides() }, null, 2)}\n`;
}

/** The text of docs/architecture.md with the present picture of the imports. */
export function withPicture(text: string): string {
  const picture = `\`\`\`\n${pictureOf(roomGraph(importsIn(SRC)))}\`\`\``;
  return text.replace(
    /(<!-- imports -->)[\s\S]*(<!-- \/imports -->)/,
    (_all, start: string, end: string) => `${start}\n${picture}\n${end}`,
  );
}
