// What AssemblyScript refuses is said, with its place; what it takes is WebAssembly that runs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assemble } from './vite-assembly.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'leukolens-assembly-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

test('a file and what it imports become one module on a memory that it is given', async () => {
  file('twice.ts', 'export function twice(at: usize): void { store<f32>(at, 2 * load<f32>(at)); }');
  const bytes = await assemble(file('entry.ts', "export { twice } from './twice';"));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(bytes as Uint8Array<ArrayBuffer>, { env: { memory } });
  const floats = new Float32Array(memory.buffer);
  floats[4] = 21;
  (instance.exports as unknown as { twice(at: number): void }).twice(16);
  expect(floats[4]).toBe(42);
});

test('a mistake is an error that says where', async () => {
  const entry = file('wrong.ts', 'export function wrong(): i32 { return nothing; }');
  await expect(assemble(entry)).rejects.toThrow(/nothing[\s\S]*wrong\.ts/);
});
