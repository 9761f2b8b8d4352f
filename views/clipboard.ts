/** Longer texts are not sent to the terminal's clipboard: many terminals drop them. */
const clipboardLimit = 74_000;

/** Hands a copied text to the clipboard of the terminal (OSC 52). Returns what to say about it. */
export function toClipboard(
  terminal: { write(sequence: string): void } | null,
  { text, file }: { readonly text: string; readonly file: string },
): string {
  const short = text.length <= clipboardLimit;
  if (short) terminal?.write(`\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`);
  return `copied ${text.length} characters${short ? '' : ' (too long for the clipboard)'}; also in ${file}`;
}
