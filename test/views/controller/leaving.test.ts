import { describe, expect, it, vi } from 'vitest';
import { Controller } from '../../../views/controller.ts';
import { createTheme } from '../../../views/theme.ts';
import { ScriptedWorkbench } from '../../fixtures/scripted-workbench.ts';
import { desk } from './desk.ts';

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
