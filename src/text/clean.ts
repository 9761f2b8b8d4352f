/*
 * Text from Lean, from models and from files is hostile until cleaned: it may hold terminal commands, signs that turn
 * the reading direction around, or megabytes. The raw text stays in the log; what is shown goes through here.
 */

/** CSI, OSC and the other escape sequences, in their 7-bit and 8-bit forms; an unfinished one ends with the text. */
const escapeSequences =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*(?:[@-~]|$)|(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C|$)|\u001B[ -/]*[0-~]?/g;

/** C0 except tab and newline, DEL, C1; direction marks, overrides and isolates; invisible spaces and tag signs. */
const invisible =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

/** Longest text that is shown, in UTF-16 units, unless the caller says otherwise. */
const shownTextLimit = 20_000;

/**
 * Makes a text safe to show: escape sequences, control bytes, direction overrides and invisible signs go; tabs become
 * two spaces; newlines stay. Longer than `limit` UTF-16 units, it is cut and says how much is missing.
 *
 * @example cleanText('\u001B[2Jok\r\n') // 'ok\n'
 */
export function cleanText(raw: string, limit: number = shownTextLimit): string {
  // The sequences may be longer than what is left of them, so a margin is cleaned too; a huge text is never scanned whole.
  const bounded = raw.length > limit * 4 ? raw.slice(0, limit * 4) : raw;
  const cleaned = /^[\n -~]*$/.test(bounded) ? bounded : strip(bounded);
  const missing = raw.length - bounded.length + Math.max(0, cleaned.length - limit);
  if (missing === 0) return cleaned;
  return `${cleaned.slice(0, cutPosition(cleaned, limit))}… [${missing} more characters]`;
}

function strip(text: string): string {
  return text
    .toWellFormed()
    .replace(escapeSequences, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u2028\u2029\u0085]/g, '\n')
    .replace(/\t/g, '  ')
    .replace(invisible, '');
}

/** Never between the halves of a surrogate pair. */
function cutPosition(text: string, limit: number): number {
  const unit = text.charCodeAt(limit - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? limit - 1 : limit;
}

/**
 * Cleans a text and lays it on one line: each line break, with the blanks around it, becomes `separator`.
 *
 * @example cleanLine('simp\n  omega') // 'simp ⏎ omega'
 */
export function cleanLine(raw: string, separator: string = ' ⏎ ', limit: number = 2_000): string {
  const text = cleanText(raw, limit);
  return text.includes('\n') ? text.trim().replace(/\s*\n\s*/g, separator) : text;
}
