import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { fitting } from '../../src/config/amount.ts';
import { describeOrigin } from '../../src/config/origin.ts';
import { type ConfigSources, recordOf, resolveConfig, usedVariables } from '../../src/config/resolve.ts';
import { configFrom, keySchemas } from '../../src/config/schema.ts';
import { parseSetting } from '../../src/config/setting-text.ts';
import { readTomlEntries } from '../../src/config/toml-file.ts';
import { packageRoot } from '../../src/storage/paths.ts';
import { temporaryFolder } from '../storage/temporary.ts';

function sources(changes: Partial<ConfigSources> = {}): ConfigSources & { readonly home: string } {
  const home = temporaryFolder();
  return { command: 'prove', home, environment: { HOME: home }, ...changes };
}

async function resolved(given: ConfigSources) {
  const result = await resolveConfig(given);
  if (result.kind === 'badConfig') throw new Error(result.message);
  return result;
}

async function problems(given: ConfigSources): Promise<readonly string[]> {
  const result = await resolveConfig(given);
  return result.kind === 'badConfig' ? result.problems.map(({ message }) => message) : [];
}

describe('the defaults', () => {
  test('in configs/search.toml are those of the program, every key once', async () => {
    const file = join(packageRoot(), 'configs', 'search.toml');
    const read = await readTomlEntries(file);
    if (read.kind !== 'read') throw new Error(read.kind);
    expect(read.entries.map(({ key }) => key).sort()).toEqual([...keySchemas.keys()].sort());
    const shipped = configFrom(new Map(read.entries.map(({ key, value }) => [key, value])));
    const { search, lean, ...rest } = configFrom(new Map());
    // The recommended table, which is smaller than what the program does when nobody says anything.
    const recommended = { search: { ...search, num_candidates: 4, max_nodes: 100 } };
    const workers = { num_workers: 6, workers: { kind: 'atMost', count: 6 } };
    expect(shipped).toEqual({ ...rest, ...recommended, lean: { ...lean, ...workers } });
    for (const { origin } of read.entries) expect(origin.kind === 'file' && origin.line).not.toBeNull();
  });

  test('hold when nothing else is said, and name where they stand', async () => {
    const { config, origins } = await resolved(sources());
    expect(config.search).toMatchObject({ max_nodes: 100, num_candidates: 4, temperature: 1 });
    expect(Object.keys(origins).sort()).toEqual([...keySchemas.keys()].sort());
    expect(describeOrigin(origins['search.max_nodes'] ?? { kind: 'default' })).toMatch(/^configs\/search\.toml:\d+$/);
  });
});

describe('layers', () => {
  test('win over those before them, key by key', async () => {
    const given = sources();
    const { home } = given;
    const write = (path: string, text: string): string => {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
      return path;
    };
    write(
      join(home, '.config', 'proofdeck', 'config.toml'),
      '[search]\nmax_nodes = 1\nmax_depth = 1\ntimeout = 1\nseed = 1\nalpha = 1\nbeta = 1\n',
    );
    write(
      join(home, 'config.toml'),
      '[search]\nmax_depth = 2\ntimeout = 2\nseed = 2\nalpha = 2\n[lean]\nnum_workers = 2\n',
    );
    const file = write(join(home, 'mine.toml'), '[search]\ntimeout = 3\nseed = 3\nalpha = 3\n');
    const { config, origins } = await resolved({
      ...given,
      file,
      environment: { HOME: home, PROOFDECK_NUM_WORKERS: '4', NUM_WORKERS: '9' },
      set: ['seed=4', 'search.alpha=4'],
      options: { '--alpha': { key: 'search.alpha', value: 5 }, '--beta': { key: 'search.beta', value: undefined } },
    });
    const { max_nodes, max_depth, timeout, seed, alpha, beta } = config.search;
    expect({ max_nodes, max_depth, timeout, seed, alpha, beta }).toEqual({
      max_nodes: 1,
      max_depth: 2,
      timeout: 3,
      seed: 4,
      alpha: 5,
      beta: 1,
    });
    expect(config.lean.num_workers).toBe(4);
    const shown = (key: string) => describeOrigin(origins[key] ?? { kind: 'default' });
    expect(shown('search.max_nodes')).toBe(`${home}/.config/proofdeck/config.toml:2`);
    expect(shown('search.timeout')).toBe(`${file}:2`);
    expect(shown('lean.num_workers')).toBe('$PROOFDECK_NUM_WORKERS');
    expect(shown('search.seed')).toBe('--set');
    expect(shown('search.alpha')).toBe('--alpha');
  });

  test('with a value model named are between what is shipped and what anybody chooses', async () => {
    const given = sources({ options: { '--value': { key: 'value.model', value: 'ebm' } } });
    const { config, origins } = await resolved(given);
    expect(config.search).toMatchObject({ temperature: 1, num_candidates: 8, max_nodes: 100 });
    expect(describeOrigin(origins['search.num_candidates'] ?? { kind: 'default' })).toBe('value model default');
    writeFileSync(join(given.home, 'config.toml'), '[search]\ntemperature = 0.7\n');
    const own = await resolved({ ...given, set: ['num_candidates=3'] });
    expect(own.config.search).toMatchObject({ temperature: 0.7, num_candidates: 3 });
    expect((await resolved({ ...given, set: ['value.model='], options: {} })).config.search.num_candidates).toBe(4);
  });

  test('say whether a number of workers was chosen or is a ceiling', async () => {
    const amounts = async (changes: Partial<ConfigSources>) => {
      const { config } = await resolved(sources(changes));
      return [config.lean.workers, config.run.sideBySide];
    };
    const six = { kind: 'atMost', count: 6 };
    expect(await amounts({})).toEqual([six, six]);
    expect(await amounts({ set: ['num_workers=6'] })).toEqual([{ kind: 'exactly', count: 6 }, six]);
    expect(await amounts({ set: ['num_workers=0'] })).toEqual([{ kind: 'atMost', count: Infinity }, six]);
    expect(await amounts({ command: 'eval', environment: { CONCURRENCY: '9' } })).toEqual([
      six,
      { kind: 'exactly', count: 9 },
    ]);
    expect(fitting({ kind: 'atMost', count: 6 }, 2)).toBe(2);
    expect(fitting({ kind: 'atMost', count: 6 }, 0)).toBe(1);
    expect(fitting({ kind: 'exactly', count: 9 }, 2)).toBe(9);
  });

  test('are kept for manifests, with origins in words and the variables that were followed', async () => {
    const environment = { CONCURRENCY: '3', PROOFDECK_MAX_THEOREMS: '5', MAX_THEOREMS: '7', NUM_WORKERS: '2' };
    const found = await resolved(sources({ command: 'search', environment, set: ['num_workers=1'] }));
    const record = recordOf(found);
    expect(Object.keys(record)).toEqual([...keySchemas.keys()]);
    expect(record['run.concurrency']).toEqual({ value: 3, origin: '$CONCURRENCY' });
    expect(record['run.max_theorems']).toEqual({ value: 5, origin: '$PROOFDECK_MAX_THEOREMS' });
    expect(record['lean.num_workers']).toEqual({ value: 1, origin: '--set' });
    expect(record['search.max_nodes']?.origin).toMatch(/^configs\/search\.toml:\d+$/);
    expect(usedVariables(found)).toEqual(['CONCURRENCY', 'PROOFDECK_MAX_THEOREMS']);
    expect((await resolved(sources({ environment }))).config.run).toMatchObject({ concurrency: 6, max_theorems: 5 });
  });

  test('of the environment are read only by commands whose original script read them', async () => {
    const environment = { NUM_WORKERS: '5' };
    expect((await resolved(sources({ environment }))).config.lean.num_workers).toBe(6);
    expect((await resolved(sources({ environment, command: 'search' }))).config.lean.num_workers).toBe(5);
    expect(
      (await resolved(sources({ environment: { ...environment, PROOFDECK_NUM_WORKERS: '6' }, command: 'search' })))
        .config.lean.num_workers,
    ).toBe(6);
    expect(await problems(sources({ environment: { NUM_WORKERS: 'many' }, command: 'search' }))).toEqual([
      expect.stringMatching(/lean\.num_workers cannot be "many" \(\$NUM_WORKERS\)/),
    ]);
  });
});

describe('what is wrong', () => {
  test('is named with key, value and line, all of it at once, and the key that was meant', async () => {
    const given = sources();
    const file = join(given.home, 'mine.toml');
    writeFileSync(file, '[search]\nmax_node = 3\nalpha = "big"\n\n[lean]\nimports = ["Init", 4]\n');
    const found = await problems({ ...given, file, set: ['num_candidate=3', 'nonsense'] });
    expect(found).toEqual([
      expect.stringMatching(/num_candidate.*--set.*did you mean num_candidates\?/),
      expect.stringMatching(/^--set: expected key=value, got "nonsense"$/),
      expect.stringContaining('mine.toml:2'),
      expect.stringContaining('mine.toml:3'),
      expect.stringContaining('mine.toml:6'),
    ]);
    expect(found[2]).toContain('did you mean search.max_nodes?');
    expect(found[3]).toContain('search.alpha cannot be "big"');
  });

  test('in the syntax is named with line and column', async () => {
    const given = sources();
    const file = join(given.home, 'mine.toml');
    writeFileSync(file, '[search]\nmax_nodes = \n');
    expect(await problems({ ...given, file })).toEqual([expect.stringMatching(/mine\.toml:2:\d+: /)]);
    expect(await problems({ ...given, file: join(given.home, 'none.toml') })).toEqual([
      expect.stringContaining('none.toml'),
    ]);
  });
});

describe('a setting as it is typed', () => {
  const origin = { kind: 'option', option: ':set' } as const;
  const value = (text: string): unknown => {
    const result = parseSetting(text, origin);
    return result.kind === 'entry' ? result.entry.value : result.problem.message;
  };

  test('needs no section, no quotes and no brackets', () => {
    expect(value('num_candidates=8')).toBe(8);
    expect(value('search.accumulate = step')).toBe('step');
    expect(value('block=simp, omega')).toEqual(['simp', 'omega']);
    expect(value('block=["simp"]')).toEqual(['simp']);
    expect(value('block=')).toEqual([]);
    expect(value('probe_tactics=["simp [a, b]"]')).toEqual(['simp [a, b]']);
    expect(value('lean.project=2026-01-01')).toBe('2026-01-01');
    expect(value('unknown_log_prob=-2.5')).toBe(-2.5);
  });

  test('that cannot be is answered with a sentence', () => {
    expect(value('max_nodes=-1')).toMatch(/search\.max_nodes cannot be -1/);
    expect(value('max_nodes=1e400')).toMatch(/search\.max_nodes cannot be/);
    expect(value('=3')).toMatch(/expected key=value/);
    expect(value('zzzzzzzz=3')).toMatch(/docs\/configuration\.md/);
    expect(value('block=a\u0000b')).toEqual(['a\u0000b']);
  });
});

test('the user guide names every key', async () => {
  const { readFileSync } = await import('node:fs');
  const guide = readFileSync(join(packageRoot(), 'docs', 'configuration.md'), 'utf8');
  for (const key of keySchemas.keys()) expect(guide).toContain(`\`${key.slice(key.indexOf('.') + 1)}\``);
  const models: unknown = parse(readFileSync(join(packageRoot(), 'configs', 'models.toml'), 'utf8'));
  expect(models).toHaveProperty('heuristic');
});
