import { describe, expect, it } from 'vitest';
import type { Screen } from '../../../sessions/workbench.ts';
import { desk } from './desk.ts';

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
