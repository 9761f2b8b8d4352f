import { statfs } from 'node:fs/promises';

export interface FreeSpace {
  readonly bytes: number;
  /** Of the whole, 0 to 1. */
  readonly fraction: number;
}

const lookMs = 5000;
/** Below this a run warns. */
export const littleSpace = 0.1;

/** The free space of the disk on which a folder lies. Throws where the system does not tell. */
export async function freeSpaceOf(folder: string): Promise<FreeSpace> {
  const { bavail, bsize, blocks } = await statfs(folder);
  return { bytes: bavail * bsize, fraction: blocks === 0 ? 1 : bavail / blocks };
}

/** Looks at the free space of the disk on which a folder lies, every few seconds. */
export class DiskWatch {
  readonly #folder: string;
  readonly #onLook: (space: FreeSpace) => void;
  readonly #measure: (folder: string) => Promise<FreeSpace>;
  readonly #timer: NodeJS.Timeout;
  #space: FreeSpace | null = null;

  constructor(folder: string, onLook: (space: FreeSpace) => void, measure = freeSpaceOf) {
    this.#folder = folder;
    this.#onLook = onLook;
    this.#measure = measure;
    this.#timer = setInterval(() => void this.look(), lookMs).unref();
  }

  /** As of the last look; null where the system does not tell. */
  get space(): FreeSpace | null {
    return this.#space;
  }

  async look(): Promise<void> {
    try {
      this.#space = await this.#measure(this.#folder);
      this.#onLook(this.#space);
    } catch {
      // The folder has gone, or the file system cannot say; writing will tell.
      this.#space = null;
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
