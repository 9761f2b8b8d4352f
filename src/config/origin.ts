/** Where a setting's value comes from. */
export type Origin =
  | { readonly kind: 'default' }
  /** The file of defaults that comes with the program. */
  | { readonly kind: 'shipped'; readonly file: string; readonly line: number | null }
  /** What holds when a value model is named and nobody says otherwise. */
  | { readonly kind: 'valueModel' }
  /** What holds with the search strategy, where nobody says otherwise. */
  | { readonly kind: 'strategy'; readonly name: string }
  /** What the provider's profile says, where nobody says otherwise. */
  | { readonly kind: 'profile'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number | null }
  | { readonly kind: 'environment'; readonly variable: string }
  /** `--set key=value`, or the option named. */
  | { readonly kind: 'option'; readonly option: string };

/** The defaults that come with the program, as origins name them. */
export const shippedSettings = 'configs/search.toml';

/** One value for one key, from one place. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
}

export interface ConfigProblem {
  readonly key: string | null;
  readonly message: string;
}

/** Whether a person chose the value, in a file of their own, by a variable or on the command line. */
export function isChosen({ kind }: Origin): boolean {
  return kind === 'file' || kind === 'environment' || kind === 'option';
}

/** Whether an origin, as `describeOrigin` tells it, is one where nobody said anything. */
export function isUntouched(origin: string): boolean {
  return origin === 'default' || origin === shippedSettings || origin.startsWith(`${shippedSettings}:`);
}

/** An origin for a person: `configs/search.toml:12`, `$NUM_WORKERS`, `--set`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'valueModel':
      return 'value model default';
    case 'strategy':
      return `strategy ${origin.name}`;
    case 'profile':
      return `profile ${origin.name}`;
    case 'shipped':
    case 'file':
      return origin.line === null ? origin.file : `${origin.file}:${origin.line}`;
    case 'environment':
      return `$${origin.variable}`;
    case 'option':
      return origin.option;
  }
}
