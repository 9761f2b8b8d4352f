import { describe, expect, it } from 'vitest';
import type { RunSummaryLine } from '../../../sessions/workbench.ts';
import { opening } from '../../fixtures/search-script.ts';
import { desk } from './desk.ts';

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
