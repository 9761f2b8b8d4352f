/** The part of the WebAssembly API that we use; TypeScript has it only in its browser library. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  class Module {
    private readonly module: never;
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(options: { readonly initial: number; readonly maximum: number; readonly shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  class Table {
    private constructor();
    readonly length: number;
  }
  class Global {
    private constructor();
    value: number;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
