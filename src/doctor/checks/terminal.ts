import { type DoctorCheck, type DoctorContext, type Finding, found, missing, warning } from '../check.ts';
import { findProgram, runProgram, shown } from '../program.ts';

/** The longest time that tmux may wait for more after Esc before keys feel slow, in ms. */
const SLOW_ESCAPE_MS = 100;

/** Whether the screen can be drawn, and in how many colours. */
export const terminalCheck: DoctorCheck = {
  name: 'terminal',
  group: 'terminal',
  needed: false,
  async run({ environment, terminal }) {
    const term = shown(environment.TERM ?? '') || 'not set';
    if (terminal === null) return found(`TERM ${term}`);
    if (!terminal.screen)
      return warning(
        `TERM ${term}: ${terminal.reason ?? 'no screen'}`,
        'commands work all the same; the workbench needs a terminal',
      );
    const colours = { 0: 'no colour', 4: '16 colours', 8: '256 colours', 24: 'true colour' }[terminal.colour];
    return found(`TERM ${term}, ${colours}`);
  },
};

/** Lean text is full of signs outside ASCII. */
export const localeCheck: DoctorCheck = {
  name: 'locale',
  group: 'terminal',
  needed: false,
  async run({ environment, terminal }) {
    const variable = ['LC_ALL', 'LC_CTYPE', 'LANG'].find((name) => environment[name]);
    const text = variable === undefined ? 'no locale is set' : `${variable}=${shown(environment[variable] ?? '')}`;
    const utf8 = variable !== undefined && /utf-?8/i.test(environment[variable] ?? '');
    if (utf8) return found(text);
    if (terminal?.unicode === false)
      return warning(`${text}: our own signs are shown in ASCII`, 'export LC_ALL=C.UTF-8');
    return warning(`${text}: the terminal may show ⊢ and ∀ wrongly`, 'export LC_ALL=C.UTF-8');
  },
};

/** tmux, whose version decides how frames arrive, and whose options decide how keys and copies do. */
export const tmuxCheck: DoctorCheck = {
  name: 'tmux',
  group: 'terminal',
  needed: false,
  async run(context): Promise<Finding> {
    const path = findProgram('tmux', context);
    if (path === null)
      return missing('not installed', 'nothing, unless searches should outlive the terminal: install tmux');
    const answer = await runProgram(path, ['-V'], context);
    if (answer.kind !== 'ran') return warning(`${path} does not answer`);
    const version = shown(answer.output);
    if (!context.environment.TMUX) return found(`${version}, not used here; ${syncNote(version)}`);
    const [escapeTime, clipboard] = await Promise.all([
      option(path, 'escape-time', context),
      option(path, 'set-clipboard', context),
    ]);
    const remedies = [
      ...(Number(escapeTime) > SLOW_ESCAPE_MS
        ? [`Esc is delayed by ${escapeTime} ms: tmux set -s escape-time 10`]
        : []),
      ...(clipboard === 'off' ? ['copying reaches no clipboard: tmux set -s set-clipboard on'] : []),
      ...(redrawsWholePane(version)
        ? ['this version sends the whole pane at every frame, slow over SSH: use 3.8']
        : []),
    ];
    const text = `${version}, used here; ${syncNote(version)}`;
    return remedies.length === 0 ? found(text) : warning(text, remedies.join('; '));
  },
};

async function option(path: string, name: string, context: DoctorContext): Promise<string> {
  const answer = await runProgram(path, ['show-options', '-sv', name], context);
  return answer.kind === 'ran' && answer.exitCode === 0 ? shown(answer.output) : '';
}

/** tmux takes part in synchronized output from 3.7 on (tmux/tmux pull request 4744). */
function syncNote(version: string): string {
  const number = versionOf(version);
  if (number === null) return 'unknown version';
  return number < 3.7
    ? 'does not hold frames together (synchronized output comes with 3.7): few lines are redrawn at a time'
    : 'holds frames together';
}

/** 3.7 to 3.7c redraw the whole pane when a synchronized frame ends (tmux/tmux pull request 5612). */
function redrawsWholePane(version: string): boolean {
  return /\b3\.7[a-c]?\b/.test(version);
}

function versionOf(text: string): number | null {
  const match = /(\d+\.\d+)/.exec(text);
  return match ? Number(match[1]) : null;
}
