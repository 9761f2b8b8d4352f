import { type InputEvent, inputEventSchema } from '../../search/events.ts';
import type { ScriptLine } from './script-line.ts';

interface RecordedSearch {
  theorem: string;
  seed: number;
  temperature: number;
  wholeProofs: boolean;
  corrects: boolean;
  /** Hashes of the goals of each node, in order. */
  readonly nodes: (readonly string[])[];
}

/** Takes out of the log of a session, or of a search of a run, what its provider answered. */
export class LogReader {
  readonly #searches = new Map<string, RecordedSearch>();
  readonly #add: (line: ScriptLine) => void;

  constructor(add: (line: ScriptLine) => void) {
    this.#add = add;
  }

  /** Takes a line of the log; lines that tell nothing of providers are passed over. */
  add(line: Readonly<Record<string, unknown>>): void {
    const search = this.#search(String(line.search));
    switch (line.kind) {
      case 'node.added':
        if (typeof line.node === 'number') search.nodes[line.node] = strings(line.goals);
        break;
      case 'search.opened':
      case 'user.set':
      case 'candidates.proposed': {
        const event = inputEventSchema.safeParse(line);
        if (event.success) this.#input(search, event.data);
        break;
      }
      default:
    }
  }

  #input(search: RecordedSearch, event: InputEvent): void {
    if (event.kind === 'search.opened') {
      search.theorem = event.problem.name;
      search.seed = event.settings.seed;
      search.temperature = event.settings.temperature;
      search.wholeProofs = event.settings.strategy === 'whole-proof';
      search.corrects = event.provider.identities?.some(({ corrects }) => corrects === true) ?? false;
    } else if (event.kind === 'user.set') {
      search.seed = event.changes.seed ?? search.seed;
      search.temperature = event.changes.temperature ?? search.temperature;
      if (event.changes.strategy !== undefined) search.wholeProofs = event.changes.strategy === 'whole-proof';
    } else if (event.kind === 'candidates.proposed') {
      const { node, round, candidates, dropped, exhausted } = event;
      const { theorem, seed, temperature, wholeProofs, corrects } = search;
      const hash = search.nodes[node]?.join(' ');
      if (hash === undefined) return;
      this.#add({
        hash,
        theorem,
        seed,
        temperature,
        ...(wholeProofs && { wholeProofs }),
        ...(corrects && { corrects }),
        round,
        candidates,
        exhausted,
        ...(dropped && { dropped }),
      });
    }
  }

  #search(id: string): RecordedSearch {
    const known = this.#searches.get(id);
    if (known !== undefined) return known;
    const search: RecordedSearch = {
      theorem: '',
      seed: 0,
      temperature: 1,
      wholeProofs: false,
      corrects: false,
      nodes: [],
    };
    this.#searches.set(id, search);
    return search;
  }
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
