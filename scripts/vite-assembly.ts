// Vite plugin: `import { plain, relaxed } from './assembly/index.ts?assembly'` gives the WebAssembly that AssemblyScript makes of that
// file, as base64: without and with relaxed SIMD, which the engine chooses between. It is small, and one file less to go missing.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { main } from 'assemblyscript/asc';
import type { Plugin } from 'vite';

const QUERY = '?assembly';

const OPTIONS = [
  ...['--optimizeLevel', '3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'],
  // Only functions of numbers are called from outside; those of vectors are exported to other files.
  ...['--disableWarning', '112'],
];

/** The module of an entry file. Throws what the compiler says where it refuses. */
export async function assemble(entry: string, options: string[] = []): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const base = path.dirname(entry);
  const { error, stderr } = await main(
    [path.basename(entry), '--baseDir', base, '-o', 'out.wasm', ...OPTIONS, ...options],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binary = contents;
      },
    },
  );
  if (error || !binary) throw new Error(`AssemblyScript: ${stderr.toString() || error?.message}`);
  return binary;
}

/** What was compiled already: the worker's file and its threads' are two builds with one result. */
const compiled = new Map<string, Promise<string>>();

/** The two builds as a module's text; compiled anew where a file of its folder has changed. */
async function moduleOf(entry: string): Promise<string> {
  const base64 = async (...options: string[]) => Buffer.from(await assemble(entry, options)).toString('base64');
  const [plain, relaxed] = [await base64(), await base64('--enable', 'relaxed-simd')];
  return `export const plain = '${plain}';\nexport const relaxed = '${relaxed}';\n`;
}

export function assemblyPlugin(): Plugin {
  return {
    name: 'leukolens-assembly',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const entry = id.slice(0, -QUERY.length);
      const files = readdirSync(path.dirname(entry)).map((file) => path.join(path.dirname(entry), file));
      for (const file of files) this.addWatchFile(file);
      const key = [entry, ...files.map((file) => readFileSync(file, 'utf8'))].join('\0');
      const module = compiled.get(key) ?? moduleOf(entry);
      compiled.set(key, module);
      return module;
    },
  };
}
