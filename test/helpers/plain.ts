/** A line without its colours; every other control sequence stays, so that a test sees it. */
export const plainLine = (line: string): string => line.replace(/\u001B\[[\d;]*m/g, '');
/** Lines without their colours. */
export const plain = (lines: readonly string[]): string[] => lines.map(plainLine);
