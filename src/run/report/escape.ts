import { cleanLine, cleanText } from '../../text/clean.ts';

/** Longest text of a cell or a paragraph, and of a block of code, in UTF-16 units. */
const longestLine = 1_000;
const longestCode = 20_000;

/** A text on one line, without control signs. */
export const oneLine = (text: string): string => cleanLine(text, ' ⏎ ', longestLine);
/** A text with its line breaks, without control signs. */
export const manyLines = (text: string): string => cleanText(text, longestCode);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A cleaned text for HTML, in elements and in quoted attributes. */
export const html = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] as string);

/** A cleaned line for Markdown: nothing in it is read as markup, not even as HTML. */
export function markdown(text: string): string {
  return (
    text
      .replace(/[\\`*[\]|~<>&$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (sign) => htmlOnly[sign] ?? `\\${sign}`)
      // Headings, lists and rules begin a line.
      .replace(/^(\s*)([#+=-])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
      // An invisible sign keeps addresses from becoming links.
      .replace(/(https?|ftp):\/\//gi, '$1:\u200B//')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\u200B.`)
  );
}

const htmlOnly: Readonly<Record<string, string>> = { '<': '&lt;', '&': '&amp;' };

/** A block of code for Markdown; the fence is longer than any inside. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
