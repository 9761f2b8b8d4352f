/** Format of the log lines that this version writes. */
export const currentFormat = 1;

type Fields = Readonly<Record<string, unknown>>;

/** Brings one line from format `from` to the next. */
export interface Migration {
  readonly from: number;
  /** What changed, for the person who reads an old session. */
  readonly name: string;
  readonly apply: (line: Fields) => Fields;
}

/** One entry per step from an older format to the next, oldest first; empty as long as there is one format. */
const migrations: readonly Migration[] = [];

/** Brings a line from an older format to the current one. */
export function migrate(line: Fields, format: number, steps: readonly Migration[] = migrations): Fields {
  return steps.filter(({ from }) => from >= format).reduce((fields, { apply }) => apply(fields), line);
}
