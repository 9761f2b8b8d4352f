import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { LiveWorkbench } from '../../sessions/live/live-workbench.ts';
import { unknownFamilies } from '../../sessions/unknown-families.ts';
import type { Notice, Screen } from '../../sessions/workbench.ts';
import { parseSetting } from '../../src/config/setting-text.ts';
import { resolveProblem } from '../../src/corpus/problem.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { splitWords } from '../../src/text/words.ts';
import type { CommandContext } from '../context.ts';
import type { RunCommand } from './prompt.ts';
import { RUN_LINES } from './run-lines.ts';
import { TRAINING_LINES } from './training-lines.ts';

export interface PromptResult {
  readonly output: readonly string[];
  readonly notice: Notice | null;
  readonly screen?: Screen;
}

/** A prompt line that changes what the workbench holds. */
export interface PromptLine {
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly description: string;
  readonly run: (rest: string, prompt: PromptPlace) => Promise<PromptResult>;
}

export interface PromptPlace {
  readonly workbench: LiveWorkbench;
  readonly context: CommandContext;
  /** Runs another line, for `source`. */
  readonly runLine: (line: string) => Promise<PromptResult>;
  /** Runs a line as a command of the command line, with its output shown. */
  readonly runAsIs: (line: string) => Promise<PromptResult>;
  readonly runCommand: RunCommand;
}

export const said = (text: string, screen?: Screen): PromptResult => ({
  output: [],
  notice: { level: 'info', text },
  ...(screen && { screen }),
});
export const refused = (text: string): PromptResult => ({ output: [], notice: { level: 'error', text } });

const SEARCH = 'search.';
const SOURCE_DEPTH = 8;
let sourcing = 0;

/** Lines that act on the workbench itself, beside the commands of the command line. */
export const PROMPT_LINES: readonly PromptLine[] = [
  {
    name: 'prove',
    usage: '<statement> | --theorem <name> | --corpus <name> --theorem <name> | --file <file>',
    description: 'search for a proof, here, and watch',
    run: (rest, place) => openSearch(rest, 'run', place),
  },
  {
    name: 'step',
    usage: '<statement> | the same as prove',
    description: 'open a search and wait at its first goal',
    run: (rest, place) => openSearch(rest, 'step', place),
  },
  {
    name: 'set',
    usage: '<setting>=<value> …',
    description: 'change settings from the next expansion on',
    run: set,
  },
  {
    name: 'temperature',
    usage: '<t>',
    description: 'sampling temperature from the next expansion on',
    run: (rest, place) => set(`temperature=${rest}`, place),
  },
  {
    name: 'provider',
    usage: '<name>',
    description: 'who proposes tactics from the next expansion on',
    run: async (rest, { workbench }) => {
      const failure = await workbench.useProvider(rest.trim());
      return failure === null ? said(`provider: ${rest.trim()}`) : refused(failure);
    },
  },
  {
    name: 'value',
    usage: 'load <name, folder or file> | unload',
    description: 'the value model from the next expansion on; open nodes get its energies first',
    run: changeValue,
  },
  {
    name: 'workers',
    usage: '<n>',
    description: 'number of Lean workers',
    run: async (rest, { workbench }) => {
      const engine = workbench.engine.engine;
      if (!engine) return refused('Lean is not ready yet; see the first screen');
      const resized = await engine.pool.resize(Number(rest));
      return resized.kind === 'resized' ? said(`${resized.workers} workers`) : refused(resized.message);
    },
  },
  {
    name: 'block',
    usage: '<tactic family>',
    description: 'refuse a tactic family from here on',
    run: (rest, place) => family(rest, true, place),
  },
  {
    name: 'allow',
    usage: '<tactic family>',
    description: 'allow a blocked tactic family again',
    run: (rest, place) => family(rest, false, place),
  },
  {
    name: 'open',
    usage: '<session>',
    description: 'open a recorded session',
    run: async (rest, { workbench }) => {
      const result = await workbench.act({ kind: 'openSession', session: rest.trim() || 'last' });
      return result.kind === 'refused' ? refused(result.notice.text) : said(result.notice?.text ?? '', 'search');
    },
  },
  {
    name: 'takeover',
    usage: '<session>',
    description: 'open a session that another process writes; that one becomes read-only',
    run: async (rest, { workbench }) => {
      const result = await workbench.act({ kind: 'openSession', session: rest.trim(), takeOver: true });
      return result.kind === 'refused' ? refused(result.notice.text) : said(result.notice?.text ?? '', 'search');
    },
  },
  {
    name: 'inspect',
    usage: '<name>',
    description: 'a theorem or definition of the environment',
    run: async (rest, { workbench }) => {
      if (rest.trim() === '') return refused('inspect what? give a name, such as Nat.add_comm');
      await workbench.act({ kind: 'inspect', name: rest.trim() });
      return { output: [], notice: null, screen: 'inspect' };
    },
  },
  {
    name: 'doctor',
    usage: '',
    description: 'what is installed and how well it fits',
    run: async (_rest, { workbench }) => {
      void workbench.act({ kind: 'diagnose' });
      return { output: [], notice: null, screen: 'doctor' };
    },
  },
  ...RUN_LINES,
  ...TRAINING_LINES,
  {
    name: 'note',
    usage: '<text>',
    description: 'keep a note with the session',
    run: async (rest, { workbench }) => {
      const failure = workbench.note(rest.trim());
      return failure === null ? said('noted') : refused(failure);
    },
  },
  {
    name: 'source',
    usage: '<file>',
    description: 'run the prompt lines of a file',
    run: source,
  },
];

async function openSearch(rest: string, mode: 'step' | 'run', { workbench }: PromptPlace): Promise<PromptResult> {
  const words = splitWords(rest);
  const option = (name: string): string | undefined => {
    const at = words.indexOf(`--${name}`);
    return at < 0 ? undefined : words[at + 1];
  };
  // A statement need not be quoted here: without options, all that follows the command is the statement.
  const statement = words.some((word) => /^--\w/.test(word)) ? undefined : unquoted(rest.trim(), words);
  const chosen = await resolveProblem({
    statement: statement === '' ? undefined : statement,
    theorem: option('theorem'),
    file: option('file'),
    corpus: option('corpus'),
    imports: workbench.imports,
  });
  if (chosen.kind === 'unusable') return refused(chosen.message);
  const failure = await workbench.newSearch(chosen.problem, mode);
  return failure === null ? { output: [], notice: null, screen: 'search' } : refused(failure);
}

function unquoted(text: string, words: readonly string[]): string {
  return words.length === 1 ? (words[0] as string) : text;
}

async function set(rest: string, { workbench }: PromptPlace): Promise<PromptResult> {
  const texts = splitWords(rest);
  if (texts.length === 0) return refused('set what? give key=value, such as num_candidates=16');
  const changes: Record<string, unknown> = {};
  for (const text of texts) {
    const parsed = parseSetting(text, { kind: 'option', option: 'set' });
    if (parsed.kind === 'problem') return refused(parsed.problem.message);
    const { key, value } = parsed.entry;
    if (!key.startsWith(SEARCH))
      return refused(`${key} is fixed once the workbench runs; only search settings can change`);
    changes[key.slice(SEARCH.length)] = value;
  }
  workbench.set(changes as Partial<SearchSettings>);
  return said(`from the next expansion on: ${texts.join(' ')}`);
}

async function changeValue(rest: string, { workbench }: PromptPlace): Promise<PromptResult> {
  const [what, model, ...more] = splitWords(rest);
  if (what === 'unload' && model === undefined) {
    const failure = await workbench.changeValue(null);
    return failure === null ? said('value model: off') : refused(failure);
  }
  if (what !== 'load' || model === undefined || more.length > 0)
    return refused('":value load <name, folder or file>" or ":value unload"');
  const failure = await workbench.changeValue(model);
  const { value } = workbench.snapshot();
  return failure === null ? said(`value model: ${value?.name} ${value?.hash.slice(0, 12)}`) : refused(failure);
}

async function family(rest: string, blocked: boolean, { workbench }: PromptPlace): Promise<PromptResult> {
  const name = rest.trim();
  if (name === '') return refused('which family? for example simplify, arith, or a tactic such as omega');
  const engine = workbench.engine.engine;
  const unknown = blocked && engine ? await unknownFamilies(engine.pool, [name]) : null;
  if (unknown !== null) return refused(unknown);
  const result = await workbench.act({ kind: 'family', family: name, blocked });
  return result.kind === 'refused'
    ? refused(result.notice.text)
    : said(`${name} ${blocked ? 'blocked' : 'allowed'} from here on`);
}

async function source(rest: string, { context, runLine }: PromptPlace): Promise<PromptResult> {
  let text: string;
  try {
    text = await readFile(resolve(context.folder, rest.trim()), 'utf8');
  } catch (error) {
    return refused(`${rest.trim()} cannot be read: ${(error as Error).message}`);
  }
  if (sourcing >= SOURCE_DEPTH)
    return refused(`${rest.trim()} is sourced ${SOURCE_DEPTH} deep; does it source itself?`);
  sourcing += 1;
  try {
    let last: PromptResult = said('nothing to run');
    const output: string[] = [];
    for (const [i, line] of text.split('\n').entries()) {
      if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
      last = await runLine(line.trim());
      output.push(...last.output);
      if (last.notice?.level === 'error')
        return { ...last, output, notice: { level: 'error', text: `${rest.trim()}:${i + 1}: ${last.notice.text}` } };
    }
    return { ...last, output };
  } finally {
    sourcing -= 1;
  }
}
