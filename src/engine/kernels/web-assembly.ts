// What we use of the global `WebAssembly`; Node's types leave it out.

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB; views of a memory that is not shared become empty. */
  grow(pages: number): number;
}

interface Api {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum?: number;
    readonly shared?: boolean;
  }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

export const webAssembly = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;

/** Bytes of a page. */
export const PAGE = 65_536;
