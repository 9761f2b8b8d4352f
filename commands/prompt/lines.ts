import { resolveProblem } from '../../src/corpus/problem.ts';
import { splitWords } from '../../src/text/words.ts';
import { type PromptLine, type PromptPlace, type PromptResult, refused, said } from './prompt-line.ts';
import { RUN_LINES } from './run-lines.ts';
import { SETTING_LINES } from './setting-lines.ts';
import { source } from './source.ts';
import { TRAINING_LINES } from './training-lines.ts';

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
  ...SETTING_LINES,
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

const problemOptions: readonly string[] = ['--theorem', '--corpus', '--file'];

async function openSearch(rest: string, mode: 'step' | 'run', { workbench }: PromptPlace): Promise<PromptResult> {
  const words = splitWords(rest);
  const alien = words.find((word) => /^--\w/.test(word) && !problemOptions.includes(word));
  if (alien !== undefined)
    return refused(
      `${alien} is not taken here: a statement, ${problemOptions.join(', ')} say what to prove, and ":set" changes how`,
    );
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
