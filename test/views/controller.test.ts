import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { RunSummaryLine, Screen } from '../../sessions/workbench.ts';
import { Controller } from '../../views/controller.ts';
import { width } from '../../views/text/width.ts';
import { createTheme } from '../../views/theme.ts';
import { ScriptedWorkbench } from '../fixtures/scripted-workbench.ts';
import { expansions, opening } from '../fixtures/search-script.ts';

interface Desk {
  readonly workbench: ScriptedWorkbench;
  readonly controller: Controller;
  readonly written: string[];
  readonly exited: () => boolean;
  screen(rows?: number, columns?: number): string;
  press(...keys: readonly string[]): Promise<void>;
}

function desk(options: { steps?: number; screen?: Screen; ascii?: boolean; depth?: 0 | 24 } = {}): Desk {
  const workbench = new ScriptedWorkbench();
  if (options.steps !== undefined) workbench.open('s1', options.steps);
  let now = 0;
  const controller = new Controller({
    workbench,
    theme: createTheme({ depth: options.depth ?? 0, ascii: options.ascii ?? false }),
    screen: options.screen ?? 'search',
    now: () => (now += 3000),
  });
  const written: string[] = [];
  let exited = false;
  controller.terminal = {
    write: (sequence) => written.push(sequence),
    repaint: () => undefined,
    exit: () => {
      exited = true;
    },
  };
  const screen = (rows = 40, columns = 150): string => plain(controller.frame({ rows, columns })).join('\n');
  screen();
  return {
    workbench,
    controller,
    written,
    exited: () => exited,
    screen,
    press: async (...keys) => {
      for (const key of keys) controller.keys([key]);
      // What the workbench answers arrives in later turns of the event loop.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}

const plain = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/\u001B\[[\d;]*m/g, ''));

describe('the frame', () => {
  it('is exactly as large as the terminal, at every size, on every screen, under every overlay', () => {
    const screens: readonly Screen[] = ['home', 'search', 'run', 'inspect', 'doctor', 'compare'];
    const overlays = ['', '?', ':', '/', 't', 'B', 'a', 'o'];
    const sizes = fc.record({ rows: fc.integer({ min: 6, max: 100 }), columns: fc.integer({ min: 24, max: 300 }) });
    const desks = screens.map((screen) => desk({ steps: 4, screen, depth: 24 }));
    fc.assert(
      fc.property(sizes, fc.nat(), fc.constantFrom(...overlays), fc.boolean(), (size, which, overlay, ascii) => {
        const { controller } = ascii ? desk({ steps: 1, ascii }) : desks[which % desks.length]!;
        controller.ui.overlay = null;
        if (overlay !== '') controller.keys([overlay]);
        const lines = controller.frame(size);
        expect(lines.length).toBe(size.rows);
        for (const line of plain(lines)) expect(width(line)).toBe(size.columns);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('has only ASCII signs of its own in ASCII mode', () => {
    const { controller } = desk({ screen: 'home', ascii: true });
    controller.workbench.act({ kind: 'pause' }).catch(() => undefined);
    const lines = plain(controller.frame({ rows: 30, columns: 100 })).filter((line) => !line.includes('∀'));
    expect(lines.join('')).toMatch(/^[ -~]*$/);
  });

  it('has a word or a score for every node where there is no room for both', async () => {
    const { screen, press } = desk({ steps: 4 });
    expect(screen(24, 80)).toMatch(/\+ 0 the statement +proved V3│/);
    expect(screen(24, 80)).toMatch(/x 1 intro h +dead end│/);
    expect(screen(24, 80)).toMatch(/\. 3 intro h ⏎ let… +-1\.75│/);
    await press('j');
    expect(screen(24, 80)).toMatch(/\+ 0 the statement +proved V3│/);
  });

  it('carries every meaning without colour', () => {
    const coloured = desk({ steps: 4, depth: 24 }).screen();
    expect(desk({ steps: 4, depth: 0 }).screen()).toBe(coloured);
    expect(coloured).toContain('+ proved V3');
  });
});

describe('the Search screen', () => {
  it('shows tree, goal, candidates, statistics and verdict', async () => {
    const { screen, press, workbench } = desk({ steps: 1 });
    expect(screen()).toMatch(/\[1 Tree\].*2 Goal.*3 Candidates/);
    expect(screen()).toContain('~ same form');
    await press('.', '.', '.');
    expect(workbench.asked.filter(({ kind }) => kind === 'step')).toHaveLength(3);
    expect(screen()).toContain('+ ended: proved V3');
    expect(screen()).toContain('axioms: propext');
    expect(screen()).toContain('· exact Or.inr ⟨hp, hr⟩');
    expect(screen()).toContain('toolchain: Lean 4.28.0');
  });

  it('says why a search that has ended cannot go on, and what gets further', async () => {
    const ended = (status: 'exhausted' | 'budget', changes: object) => {
      const { workbench, controller, press, screen } = desk({ steps: 1 });
      workbench.apply('s1', [{ kind: 'search.ended', status, reason: 'over' }]);
      const [search] = workbench.snapshot().searches;
      workbench.change({ searches: [{ ...search!, state: { ...search!.state, ...changes } }] });
      controller.keys([]);
      return { workbench, press, screen };
    };
    const exhausted = ended('exhausted', { openCount: 0 });
    await exhausted.press('.', 'c');
    expect(exhausted.workbench.asked).toEqual([]);
    expect(exhausted.screen()).toContain('no open node is left: expand a node again');
    const spent = ended('budget', {
      settings: { ...exhausted.workbench.snapshot().searches[0]!.state.settings, max_nodes: 1 },
    });
    await spent.press('c');
    expect(spent.screen()).toContain('all 1 expansions are used up: ":set max_nodes=2" gives more');
    const refused = ended('exhausted', { openCount: 0, nodes: [] });
    await refused.press('.');
    expect(refused.workbench.asked).toEqual([{ kind: 'step' }]);
    const more = ended('budget', {});
    await more.press('.');
    expect(more.workbench.asked).toEqual([{ kind: 'step' }]);
  });

  it('shows candidates before Lean answers, and each answer as it comes', () => {
    const { workbench, controller, screen } = desk({ steps: 0 });
    const [events] = expansions;
    const refreshed = (from: number, to: number): string => {
      workbench.apply('s1', events!.slice(from, to));
      controller.keys([]);
      return screen();
    };
    expect(screen()).toContain('not expanded yet');
    expect(refreshed(0, 2)).toContain('waiting for the provider');
    expect(refreshed(2, 4)).toMatch(/0 ◦ waiting\s+intro h/);
    expect(refreshed(4, 5)).toMatch(/0 » running\s+intro h/);
    expect(refreshed(5, 12)).toMatch(/0 \+ applied\s+intro h/);
  });

  it('shows score and place of nodes that wait, the verdict of those on the proof, and what can be done with it', async () => {
    const { screen, press } = desk({ steps: 3 });
    await press('g', 'j', 'j', 'j');
    expect(screen(30, 120)).toMatch(/node 4 · \. open · 1st of 2 · score -0\.45/);
    await press('.');
    await press('g');
    expect(screen()).toMatch(/2 Goal {2}node 0 · \+ proved V3 · depth 0/);
    expect(screen()).toContain('1 left open');
    expect(screen()).toMatch(/\n P copy proof {2}f fork {2}a new search {2}\. step/);
  });

  it('keeps the verdict in view when a search goes on after its proof', () => {
    const { workbench, controller, screen } = desk({ steps: 4 });
    workbench.apply('s1', [{ kind: 'user.step' }]);
    controller.keys([]);
    expect(screen()).toContain('+ proved V3, exploring further  » LIVE stepping');
    workbench.apply('s1', [{ kind: 'search.paused', reason: 'step' }]);
    controller.keys([]);
    expect(screen(24, 80)).toContain('+ proved V3, exploring further  . paused (after a step)');
    controller.ui.screen = 'home';
    expect(screen()).toMatch(/\+ proved V3 +s1/);
  });

  it.each([
    [['propext'], ['+ proved V3 · axioms: propext · behind library: assumed']],
    [
      ['propext', 'Classical.choice', 'Quot.sound'],
      ['+ proved V3 · axioms: propext, Classical.choice, Quot.sound', '\n   behind library: assumed'],
    ],
  ])('shows level, axioms and what lies behind the library in 80 columns: %j', (axioms, shown) => {
    const { workbench, controller, screen } = desk({ steps: 3 });
    workbench.apply(
      's1',
      expansions[3]!.map((event) => (event.kind === 'verdict.given' ? { ...event, axioms } : event)),
    );
    controller.keys([]);
    for (const text of shown) expect(screen(24, 80)).toContain(text);
  });

  it('never cuts a figure', () => {
    const { screen } = desk({ steps: 2 });
    for (const columns of [80, 100, 120, 160])
      for (const line of screen(45, columns).split('\n'))
        if (/^ (search|tries|time) /.test(line)) expect(line).not.toContain('…');
    expect(screen(30, 120)).toContain('timed out 1');
    expect(screen(24, 80)).toContain('timed out 1');
  });

  it('calls what a process left unanswered interrupted, and says that it is tried again', () => {
    const { workbench, controller, screen } = desk({ steps: 0 });
    workbench.apply('s1', expansions[0]!.slice(0, 5));
    workbench.apply('s1', [{ kind: 'user.pause' }]);
    const [search] = workbench.snapshot().searches;
    workbench.change({ searches: [{ ...search!, connected: false }] });
    controller.keys(['3']);
    expect(screen()).toMatch(/0 ◦ interrupted\s+intro h/);
    expect(screen()).toContain('tried again when you go on');
    expect(screen()).toMatch(/◦ 0 the statement +interrupted/);
    expect(screen()).toContain('. interrupted c goes on');
    expect(screen()).not.toMatch(/» running|is trying/);
  });

  it('says which nodes are being expanded while none waits', async () => {
    const { workbench, press, screen } = desk({ steps: 0 });
    workbench.apply('s1', expansions[0]!.slice(0, 5));
    await press('u');
    expect(screen(24, 80)).toContain('expanding node 0; none waits');
  });

  it('goes back and forth in time and back to live', async () => {
    const { screen, press, workbench } = desk({ steps: 1 });
    await press(',', ',');
    expect(screen()).toContain('TIME TRAVEL @ 30/32');
    expect(screen()).toMatch(/\n , back {2}\. forward {2}L live/);
    await press('.');
    expect(screen()).toContain('TIME TRAVEL @ 31/32');
    await press('x');
    expect(screen()).toContain('go back to live first');
    await press('.');
    expect(workbench.asked.at(-1)).toEqual({ kind: 'travel', at: null });
    await press('<');
    expect(screen()).toContain('TIME TRAVEL @ 1/32');
    await press(',');
    expect(screen()).toContain('this is the beginning');
    await press('L');
    expect(screen()).toContain('. paused (after a step)');
  });

  it('moves through the tree, collapses it and follows candidates to their nodes', async () => {
    const { screen, press, controller } = desk({ steps: 3 });
    await press('g', 'h');
    expect(screen()).toContain('▸');
    expect(screen()).not.toContain('rcases hqr with hq | hr    ');
    await press('l', 'l', 'j');
    expect(controller.place!.selected).toBe(2);
    await press('3', 'l');
    expect(controller.place!.selected).toBe(4);
    expect(screen()).toContain('goal 1 of 2  case intro.inl');
  });

  it('opens the details of a candidate with the raw text, and comes back', async () => {
    const { screen, press } = desk({ steps: 1 });
    await press('g', '3', 'j', 'j', 'j', 'enter');
    expect(screen()).toContain('No usable constraints found');
    expect(screen()).toContain('<think>…</think> omega');
    await press('escape');
    expect(screen()).toContain('[3 Candidates]');
  });

  it('sends a typed tactic of several lines', async () => {
    const { press, workbench, controller } = desk({ steps: 1 });
    await press('t', ...'constructor', 'ctrl-j');
    controller.paste('· exact h\r\n· simp');
    await press('enter');
    expect(workbench.asked.at(-1)).toEqual({ kind: 'tactic', node: 0, tactic: 'constructor\n· exact h\n· simp' });
  });

  it('never reads pasted text as keys', () => {
    const { controller, workbench, exited } = desk({ steps: 1 });
    controller.paste('q...xd');
    expect(workbench.asked).toEqual([]);
    expect(exited()).toBe(false);
  });

  it('blocks a family, forks, sets a breakpoint, shows a refusal', async () => {
    const { press, workbench, screen } = desk({ steps: 1 });
    await press('B', 'j', 'enter');
    expect(workbench.asked.at(-1)).toMatchObject({ kind: 'family', blocked: true });
    expect(screen()).toContain('x blocked');
    await press('escape', 'f', 'b', 'x');
    expect(workbench.asked.slice(-3).map(({ kind }) => kind)).toEqual(['fork', 'breakpoint', 'expand']);
    expect(screen()).toContain('! node 0 is not open');
  });

  it('shows the frontier in its order and goes to a node of it', async () => {
    const { press, screen, controller } = desk({ steps: 1 });
    await press('u');
    expect(screen()).toMatch(/\[1 Frontier\]/);
    await press('j', 'enter');
    expect(controller.place!.selected).toBe(2);
    expect(screen()).toMatch(/\[1 Tree\]/);
  });

  it('searches the tree and goes from match to match', async () => {
    const { press, controller, screen } = desk({ steps: 1 });
    await press('/', ...'intro', 'enter');
    expect(controller.place!.selected).toBe(1);
    await press('n');
    expect(controller.place!.selected).toBe(2);
    await press('N');
    expect(controller.place!.selected).toBe(1);
    expect(screen()).toContain('/intro');
    await press('escape');
    expect(screen()).not.toContain('/intro');
    expect(controller.ui.screen).toBe('search');
  });

  it('copies through the terminal and names the file', async () => {
    const { press, written, screen } = desk({ steps: 4 });
    await press('P');
    const [sequence] = written;
    expect(sequence).toMatch(/^\u001B\]52;c;[A-Za-z0-9+/=]+\u0007$/);
    expect(Buffer.from(sequence!.slice(7, -1), 'base64').toString()).toContain('theorem distrib');
    expect(screen()).toContain('/tmp/.proofdeck/copies/proof.txt');
  });

  it('keeps selection and scroll by id when the window changes', async () => {
    const { press, screen, controller } = desk({ steps: 4 });
    await press('G');
    const { selected } = controller.place!;
    screen(12, 40);
    screen(60, 250);
    expect(controller.place!.selected).toBe(selected);
  });
});

describe('the prompt', () => {
  it('completes, recalls and shows the output', async () => {
    const { press, screen, workbench } = desk({ steps: 1 });
    await press(':', 'f', 'o');
    expect(screen()).toContain('Start a second search from the chosen node');
    await press('escape', ':', 's', 'e', 's');
    expect(screen()).toContain('sessions list');
    await press('tab');
    expect(screen()).toContain(':sessions list');
    await press('enter');
    expect(workbench.prompted).toEqual(['sessions list']);
    expect(screen()).toContain('you typed sessions list');
    await press('escape', ':', 'up');
    expect(screen()).toContain(':sessions list');
    await press('up', 'up');
    expect(screen()).toContain(':prove "p → p"');
    await press('down', 'down', 'down');
    expect(screen()).toMatch(/\n: /);
  });

  it('wraps long messages over at most three lines', async () => {
    const { controller, screen } = desk({ steps: 1 });
    const words = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, index) => `word${from + index}`).join(' ');
    controller.notify('error', words(0, 20));
    expect(screen(24, 80)).toMatch(/\n x word0 .* word11 *\n {3}word12 .* word19 *$/);
    controller.notify('error', words(0, 100));
    expect(screen(24, 80)).toMatch(/\n x word0 .*\n {3}word12 .*\n.*… *$/);
  });

  it('keeps what is being written when the answer to an earlier line comes', async () => {
    const { controller, press, screen, workbench } = desk({ steps: 1, screen: 'home' });
    let answer: (screen: Screen) => void = () => undefined;
    workbench.prompt = () =>
      new Promise((resolve) => {
        answer = (to) => resolve({ output: ['one line', 'another line'], notice: null, screen: to });
      });
    await press(':', ...'slow', 'enter', ':', ...'qui');
    answer('run');
    await press('e', 't');
    expect(controller.ui.screen).toBe('run');
    expect(screen()).toContain(':quiet');
    await press('escape');
    expect(screen()).toContain('another line');
    await press('escape');
    expect(screen()).not.toContain('another line');
  });

  it('shows errors as errors', async () => {
    const { press, screen } = desk({ steps: 1 });
    await press(':', ...'nothing', 'enter');
    expect(screen()).toContain('x there is no command "nothing"');
  });

  it('runs actions by name', async () => {
    const { press, exited } = desk({ steps: 1 });
    await press(':', ...'quit', 'enter');
    expect(exited()).toBe(true);
  });

  it('makes a search of a typed statement', async () => {
    const { press, workbench } = desk({ screen: 'home' });
    await press('a', ...'p → "p"', 'enter');
    expect(workbench.prompted).toEqual(['step "p → \\"p\\""']);
  });
});

describe('the help', () => {
  it('says everything whole, however narrow the screen is', async () => {
    for (const columns of [200, 80, 50, 30]) {
      const { press, screen } = desk({ steps: 1 });
      await press('?');
      const text = screen(400, columns).split('\n').slice(3).join('\n');
      expect(text).not.toContain('…');
      expect(text.replace(/\s+/g, ' ')).toContain(
        'Run until a limit, a breakpoint or a pause; pause while running. On the Run screen: pause the run, or let it go on',
      );
    }
  });

  it('stops scrolling at its end, and says where nothing matches', async () => {
    const { press, screen, controller } = desk({ steps: 1 });
    controller.frame({ rows: 24, columns: 80 });
    await press('?', ...Array.from({ length: 20 }, () => 'pagedown'));
    const end = screen(24, 80);
    expect(end).toContain('Goals   + new since the node above');
    await press('up');
    expect(screen(24, 80)).not.toContain('Goals   + new since the node above');
    await press(...'zzz');
    expect(screen(24, 80)).toContain('no key or action of this view has "zzz" in it');
  });
});

describe('leaving', () => {
  it('goes back one level at a time with Escape', async () => {
    const { press, controller } = desk({ steps: 1 });
    await press('3', '/', 'x', 'enter', '?');
    await press('escape');
    expect(controller.ui.overlay).toBeNull();
    await press('escape');
    expect(controller.place!.candidateQuery).toBe('');
    expect(controller.ui.pane).toBe('candidates');
    await press('escape');
    expect(controller.ui.pane).toBe('tree');
    await press('escape');
    expect(controller.ui.screen).toBe('home');
  });

  it('needs q twice from a search, and a second Ctrl-C forces', async () => {
    const first = desk({ steps: 1 });
    await first.press('q');
    expect(first.exited()).toBe(false);
    await first.press('q');
    expect(first.exited()).toBe(true);
  });

  it('asks while a search runs', async () => {
    const { press, workbench, screen, exited } = desk({ steps: 1 });
    workbench.apply('s1', [{ kind: 'user.run' }]);
    await press('q', 'q');
    expect(screen()).toContain('A search is running: it stops here');
    expect(exited()).toBe(false);
    await press('n');
    expect(screen()).toContain('nothing was done');
    await press('q', 'y');
    expect(exited()).toBe(true);
  });

  it('is forced by a second Ctrl-C within two seconds', () => {
    const workbench = new ScriptedWorkbench();
    workbench.open('s1', 1);
    let now = 0;
    const controller = new Controller({
      workbench,
      theme: createTheme({ depth: 0, ascii: false }),
      screen: 'search',
      now: () => now,
    });
    const exit = vi.fn();
    controller.terminal = { write: () => undefined, repaint: () => undefined, exit };
    controller.keys(['t']);
    controller.keys(['ctrl-c']);
    expect(exit).not.toHaveBeenCalled();
    now = 1500;
    controller.keys(['ctrl-c']);
    expect(exit).toHaveBeenCalledOnce();
  });

  it('asks before it takes a session over, with the keys in view, and names the key for it', async () => {
    const { press, workbench, screen } = desk({ steps: 1 });
    const writer = 'open in process 7974 on vm, since 2026-11-20T18:23:44.000Z; take it over to write';
    workbench.change({ session: { id: '20261120-182344-vrx8', title: 't', readOnly: true, writer } });
    await press('j');
    expect(screen(24, 80)).toContain('read-only: T takes over');
    expect(screen(24, 80)).toMatch(/\n T take over {2}/);
    workbench.change({ notice: { level: 'warning', text: `this session is read-only: ${writer}` } });
    await press('j');
    expect(screen(24, 80)).toMatch(/\n ! this session is read-only: [\s\S]*take it over to write \(key T\)/);
    await press('T');
    for (const columns of [60, 80, 120]) {
      const [rule, ...question] = screen(24, columns)
        .split('\n')
        .slice(-4 + (columns > 60 ? 0 : -1));
      expect(rule).toMatch(/^─+$/);
      expect(question.join(' ').replaceAll(/ +/g, ' ')).toBe(
        ' Take over session 20261120-182344-vrx8? Its searches can then go on here; a process that has it open can only look from then on. y yes n or any other key: no ',
      );
    }
    await press('y');
    expect(workbench.asked.at(-1)).toEqual({ kind: 'openSession', session: '20261120-182344-vrx8', takeOver: true });
  });

  it('asks before it deletes, and the default is no', async () => {
    const { press, workbench, screen } = desk({ screen: 'home' });
    workbench.change({
      sessions: [
        {
          id: 'old',
          title: 'old one',
          createdAt: '',
          updatedAt: '',
          searches: [],
          events: 3,
          bytes: 10,
          openElsewhere: false,
        },
      ],
    });
    await press('2', 'd');
    expect(screen()).toContain('Delete session old (old one, 3 events)?');
    await press('enter');
    expect(workbench.asked).toEqual([]);
    await press('d', 'y');
    expect(workbench.asked).toEqual([{ kind: 'deleteSession', session: 'old' }]);
  });
});

describe('the Home screen', () => {
  it('tells runs of one day apart at 80 columns', () => {
    const { workbench, controller, screen } = desk({ screen: 'home' });
    const run: RunSummaryLine = {
      id: 'adhoc/20261121-023551-2e6e',
      command: 'search',
      corpus: 'core_panel',
      status: 'finished',
      done: 20,
      total: 20,
      proved: 12,
      createdAt: '2026-11-21T02:35:51Z',
      updatedAt: '2026-11-21T02:44:00Z',
      problem: null,
    };
    workbench.change({ runs: [run] });
    controller.keys([]);
    expect(screen(24, 80)).toMatch(/ 20261121-023551-2e6e +20\/20 +12 {2}search core_panel +\n/);
    expect(screen(24, 120)).toMatch(
      / adhoc\/20261121-023551-2e6e +20\/20 +12 {2}search core_panel {2}2026-11-21 02:44/,
    );
  });

  it('tells a start of Lean from its preparation', () => {
    const { workbench, controller, screen } = desk({ screen: 'home' });
    const preparation = { text: 'starting Lean', fraction: null, elapsedMs: 900, status: 'running' } as const;
    workbench.change({ preparation: { ...preparation, phase: 'start' } });
    controller.keys([]);
    expect(screen()).toMatch(/ Lean {5}» starting Lean {2}[\d.]+m?s; you can already type/);
    workbench.change({ preparation: { ...preparation, phase: 'import', text: 'importing', fraction: 0.4 } });
    controller.keys([]);
    expect(screen()).toContain('once per machine; you can already type');
  });

  it('tells the memory of each worker, and once that of the process that embedded ones share', () => {
    const { workbench, controller, screen } = desk({ steps: 1, screen: 'home' });
    expect(screen(30, 120)).toContain('1 busy of 2, their process 610.0 MB');
    expect(screen(30, 120)).toMatch(/1 {2}\. idle +embedded +121 .* 1\.10 GB /);
    const workers = workbench.snapshot().workers.map((worker) => ({ ...worker, kind: 'pantograph' }));
    workbench.change({ workers });
    controller.keys([]);
    expect(screen(30, 120)).toMatch(/1 busy of 2 ─/);
    expect(screen(30, 120)).toMatch(/1 {2}\. idle +pantograph +121 .* 610\.0 MB /);
  });

  it.each([
    [30, 120],
    [24, 80],
  ])('names every figure at %d rows of %d columns, also with one worker', (rows, columns) => {
    const { workbench, controller, screen } = desk({ steps: 1, screen: 'home' });
    workbench.open('s2', 1, opening('∀ a b : Nat, a + b = b + a', 'statement'));
    workbench.change({
      workers: workbench.snapshot().workers.slice(0, 1),
      sessions: [
        {
          id: 'old',
          title: '∀ p, p',
          createdAt: '',
          updatedAt: '2026-11-20T10:00:00Z',
          searches: [{ search: 's1', name: 'statement', status: 'proved', level: 'V3', nodes: 1, expansions: 1 }],
          events: 1,
          bytes: 10,
          openElsewhere: false,
        },
      ],
    });
    controller.keys([]);
    const shown = screen(rows, columns);
    expect(shown).toMatch(/status +id +expansions +nodes +running +to prove/);
    expect(shown).toMatch(/updated +title +events +size +searches/);
    expect(shown).toMatch(/id +status .*requests +tactics\/s .*restarts .*doing/);
    expect(shown).toMatch(/s2 .* ∀ a b : Nat, a \+ b = b \+ a/);
    expect(shown).not.toContain('statement');
  });
});

describe('timers', () => {
  it('run only while something runs', () => {
    vi.useFakeTimers();
    try {
      const workbench = new ScriptedWorkbench();
      workbench.open('s1', 1);
      const controller = new Controller({
        workbench,
        theme: createTheme({ depth: 0, ascii: false }),
        now: () => Date.now(),
      });
      controller.start();
      expect(vi.getTimerCount()).toBe(0);
      workbench.apply('s1', [{ kind: 'user.run' }]);
      vi.advanceTimersByTime(150);
      const drawn = controller.version();
      vi.advanceTimersByTime(3000);
      expect(controller.version() - drawn).toBe(3);
      workbench.apply('s1', [{ kind: 'user.pause' }]);
      vi.advanceTimersByTime(5000);
      expect(vi.getTimerCount()).toBe(0);
      controller.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it('draw data at most ten times a second', () => {
    vi.useFakeTimers();
    try {
      const workbench = new ScriptedWorkbench();
      workbench.open('s1', 1);
      const controller = new Controller({
        workbench,
        theme: createTheme({ depth: 0, ascii: false }),
        now: () => Date.now(),
      });
      controller.start();
      const drawn = controller.version();
      for (let event = 0; event < 1000; event++) {
        workbench.apply('s1', [{ kind: 'user.breakpoint', node: 0, on: event % 2 === 0 }]);
        vi.advanceTimersByTime(1);
      }
      expect(controller.version() - drawn).toBeLessThanOrEqual(10);
      controller.stop();
    } finally {
      vi.useRealTimers();
    }
  });
});
