/** What a worker's version of the protocol can and cannot do. Chosen before the worker starts: no command reports it. */
export interface Dialect {
  /** As a person reads it: `Pantograph 0.3.4`, `proofdeck`. */
  readonly name: string;
  /** `proofdeck.*` commands, limits in a request, heartbeats in an answer. */
  readonly extensions: boolean;
  /** A tactic text may hold several tactics (0.3.5 on); before, they have to be put in parentheses. */
  readonly sequences: boolean;
  /** `options.set {timeout}` (0.3.0 on): a cooperative clock inside Lean. */
  readonly timeoutOption: boolean;
  /** `env.parse` (0.3.5 on). */
  readonly parseCommand: boolean;
  /** A state made by a step that logged something may refuse every further tactic (0.3.3, 0.3.4). */
  readonly messagesPoison: boolean;
  /** `frontend.process` demands `invocations: false` (up to 0.3.1); later versions want a file name or nothing. */
  readonly invocationsFlag: boolean;
}

/** Our own worker program, embedded or native: 0.3.4 shapes and what later versions added. */
export const PROOFDECK_DIALECT: Dialect = {
  name: 'proofdeck',
  extensions: true,
  sequences: true,
  timeoutOption: false,
  parseCommand: true,
  messagesPoison: false,
  invocationsFlag: false,
};

export interface PantographVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** The text as the binary printed it. */
  readonly text: string;
}

/** The oldest version whose shapes we know. */
export const OLDEST_PANTOGRAPH = '0.2.25';

/** Reads what `--version` prints: `0.3.4`, or `0.3.7/v4.21.0` in a development version. Null when no version is in it. */
export function readVersion(text: string): PantographVersion | null {
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (!found) return null;
  return { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3]), text: text.trim() };
}

function isAtLeast(version: PantographVersion, wanted: string): boolean {
  const parts = wanted.split('.').map(Number);
  const difference = [version.major - parts[0]!, version.minor - parts[1]!, version.patch - parts[2]!].find(
    (d) => d !== 0,
  );
  return (difference ?? 0) >= 0;
}

export function isSupported(version: PantographVersion): boolean {
  return isAtLeast(version, OLDEST_PANTOGRAPH);
}

export function pantographDialect(version: PantographVersion): Dialect {
  return {
    name: `Pantograph ${version.text}`,
    extensions: false,
    sequences: isAtLeast(version, '0.3.5'),
    timeoutOption: isAtLeast(version, '0.3.0'),
    parseCommand: isAtLeast(version, '0.3.5'),
    messagesPoison: isAtLeast(version, '0.3.3') && !isAtLeast(version, '0.3.5'),
    invocationsFlag: !isAtLeast(version, '0.3.2'),
  };
}

/** The tactic text in the form that a dialect takes for a block: parentheses hold several tactics in every version. */
export function tacticFor(dialect: Dialect, tactic: string): string {
  const text = tactic.replaceAll('\r\n', '\n');
  if (dialect.sequences || !/[;\n]/.test(text)) return text;
  return text.includes('\n') ? `(\n${text}\n)` : `(${text})`;
}
