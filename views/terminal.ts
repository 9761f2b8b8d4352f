/** Bits of colour: none, the 16 basic ones, 256, or true colour. */
export type ColourDepth = 0 | 4 | 8 | 24;

export interface TerminalCapabilities {
  /** Whether the screen can be used at all; else `reason` says in one sentence why not. */
  readonly screen: boolean;
  readonly reason: string | null;
  readonly colour: ColourDepth;
  /** Whether the locale shows more than ASCII. */
  readonly unicode: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminals that cannot move the cursor. */
const dumbTerminals: ReadonlySet<string> = new Set(['', 'dumb', 'unknown']);

/**
 * What the terminal can do, from the environment and the stream. `NO_COLOR` (non-empty) switches colour off,
 * `FORCE_COLOR` (0 to 3) sets its depth.
 */
export function terminalCapabilities(
  environment: Environment,
  stdout: { readonly isTTY?: boolean | undefined },
): TerminalCapabilities {
  const term = environment.TERM ?? '';
  const reason = !stdout.isTTY
    ? 'standard output is not a terminal'
    : dumbTerminals.has(term)
      ? `the terminal type (TERM) is ${term === '' ? 'not set' : term}; set it, for example to xterm-256color`
      : null;
  return {
    screen: reason === null,
    reason,
    colour: colourDepth(environment, reason === null),
    unicode: showsUnicode(environment),
  };
}

function colourDepth(environment: Environment, screen: boolean): ColourDepth {
  if (environment.NO_COLOR) return 0;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) {
    if (forced === '0' || forced === 'false') return 0;
    if (forced === '2') return 8;
    return forced === '3' ? 24 : 4;
  }
  if (!screen) return 0;
  if (/^(truecolor|24bit)$/.test(environment.COLORTERM ?? '')) return 24;
  const term = environment.TERM ?? '';
  if (/direct/.test(term)) return 24;
  if (/256|kitty|alacritty|ghostty|foot|wezterm/.test(term)) return 8;
  return /mono|vt1|vt2/.test(term) ? 0 : 4;
}

/** Without any locale setting, as in many containers, terminals show UTF-8 all the same. */
function showsUnicode(environment: Environment): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  if (environment.TERM === 'linux') return false;
  return locale === '' || locale === 'C' || locale === 'POSIX' || /utf-?8/i.test(locale);
}
