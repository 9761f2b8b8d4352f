import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Screen } from '../../../sessions/workbench.ts';
import { Controller } from '../../../views/controller.ts';
import { width } from '../../../views/text/width.ts';
import { createTheme } from '../../../views/theme.ts';
import { ScriptedWorkbench } from '../../fixtures/scripted-workbench.ts';
import { plain } from '../../helpers/plain.ts';
import { desk } from './desk.ts';

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

describe('timers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** At work on a search, by the fake clock. */
  function atWork() {
    const workbench = new ScriptedWorkbench();
    workbench.open('s1', 1);
    const theme = createTheme({ depth: 0, ascii: false });
    const controller = new Controller({ workbench, theme, now: () => Date.now() });
    controller.start();
    return { workbench, controller };
  }

  it('run only while something runs', () => {
    const { workbench, controller } = atWork();
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
  });

  it('draw data at most ten times a second', () => {
    const { workbench, controller } = atWork();
    const drawn = controller.version();
    for (let event = 0; event < 1000; event++) {
      workbench.apply('s1', [{ kind: 'user.breakpoint', node: 0, on: event % 2 === 0 }]);
      vi.advanceTimersByTime(1);
    }
    expect(controller.version() - drawn).toBeLessThanOrEqual(10);
    controller.stop();
  });
});
