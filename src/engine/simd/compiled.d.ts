/** What scripts/vite-assembly.ts makes of an AssemblyScript file: WebAssembly in base64, without and with relaxed SIMD. */
declare module '*?assembly' {
  export const plain: string;
  export const relaxed: string;
}
