import { unknownFamilies } from '../../sessions/unknown-families.ts';
import { parseSetting } from '../../src/config/setting-text.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { splitWords } from '../../src/text/words.ts';
import { type PromptLine, type PromptPlace, type PromptResult, refused, said } from './prompt-line.ts';

const SEARCH = 'search.';

/** Prompt lines that change what a search does from its next expansion on, and how many workers it has. */
export const SETTING_LINES: readonly PromptLine[] = [
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
];

async function set(rest: string, { workbench }: PromptPlace): Promise<PromptResult> {
  const texts = splitWords(rest);
  if (texts.length === 0) return refused('set what? give key=value, such as num_candidates=16');
  const changes: Record<string, unknown> = {};
  for (const text of texts) {
    const parsed = parseSetting(text, { kind: 'option', option: 'set' });
    if (parsed.kind === 'problem') return refused(parsed.problem.message);
    const { key, value } = parsed.entry;
    if (!key.startsWith(SEARCH))
      return refused(
        `${key} is fixed once the workbench runs; leave, and start it with --set ${text} (only search settings can change)`,
      );
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
