import { describe, expect, it } from 'vitest';
import { expansions } from '../../fixtures/search-script.ts';
import { desk } from './desk.ts';

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
