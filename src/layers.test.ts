// Reads every import in src/ and fails on a direction that the table below does not allow. Tests themselves are exempt, and so are
// their fixtures, which nothing else may import.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

interface Layer {
  name: string;
  /** Files of the layer, as paths below src/. The first layer that matches a file owns it. */
  files: RegExp;
  /** Other layers it may import; its own files it always may. */
  may: string[];
}

const stages = ['decode', 'saliency', 'candidates', 'network', 'results'];

/** Files of the store that alone use what lies behind them: the two workers and the journal. */
const own = ['engineClient', 'pictures', 'persist'];

/** The table of the architecture (README, CONTRIBUTING): change both together or neither. */
const layers: Layer[] = [
  { name: 'domain', files: /^domain\//, may: [] },
  // The manifest's constants are read by every stage.
  { name: 'manifest', files: /^engine\/manifest\.ts$/, may: ['domain'] },
  { name: 'kernels', files: /^engine\/kernels\//, may: ['domain', 'manifest'] },
  { name: 'plan', files: /^engine\/plan\//, may: ['domain', 'manifest'] },
  { name: 'simd', files: /^engine\/simd\//, may: ['domain', 'manifest', 'plan', 'kernels'] },
  { name: 'fused', files: /^engine\/fused\//, may: ['domain', 'manifest', 'plan', 'kernels'] },
  // Weights are loaded by engine.ts itself; to the other stages network/ is closed all the same.
  {
    name: 'weights',
    files: /^engine\/network\/weights\.ts$/,
    may: ['domain', 'manifest', 'plan', 'kernels', 'network'],
  },
  ...stages.map((name) => ({
    name,
    files: new RegExp(`^engine/${name}/`),
    // SG-CLDFF is guided by the saliency head: the network runs it on every crop.
    may: [
      'domain',
      'manifest',
      'plan',
      'kernels',
      ...(name === 'network' ? ['weights', 'saliency', 'fused', 'simd'] : []),
    ],
  })),
  {
    name: 'runtime',
    files: /^engine\/runtime\//,
    may: ['domain', 'kernels', 'fused', 'network', 'weights', 'protocol'],
  },
  {
    name: 'pipeline',
    files: /^engine\/(pipeline|batches|detect|finds|beside|look|lookAtOne|part|rejoin|roundEdge|segmentAt|settle)\.ts$/,
    may: ['domain', 'manifest', 'weights', ...stages],
  },
  { name: 'overlays', files: /^engine\/(overlays|palettes)\.ts$/, may: ['domain', 'kernels', 'pipeline', 'protocol'] },
  {
    name: 'engine',
    files: /^engine\/engine\.ts$/,
    may: ['domain', 'pipeline', 'overlays', 'runtime', 'weights', 'protocol'],
  },
  { name: 'worker', files: /^engine\/worker\.ts$/, may: ['engine', 'serve'] },
  { name: 'decoder', files: /^engine\/decoder\.ts$/, may: ['domain', 'decode', 'serve', 'protocol'] },
  { name: 'protocol', files: /^bridge\/protocol\.ts$/, may: ['domain'] },
  { name: 'serve', files: /^bridge\/serve\.ts$/, may: ['domain', 'protocol'] },
  // The clients alone name the workers, and only as files to start.
  { name: 'calls', files: /^bridge\/calls\.ts$/, may: ['domain', 'protocol'] },
  { name: 'watchdog', files: /^bridge\/watchdog\.ts$/, may: [] },
  { name: 'client', files: /^bridge\/client\.ts$/, may: ['domain', 'protocol', 'calls', 'watchdog', 'worker'] },
  { name: 'decoderClient', files: /^bridge\/decoderClient\.ts$/, may: ['domain', 'protocol', 'calls', 'decoder'] },
  { name: 'journal', files: /^journal\//, may: ['domain'] },
  { name: 'engineClient', files: /^store\/engineClient\.ts$/, may: ['domain', 'store', ...own, 'client', 'protocol'] },
  { name: 'pictures', files: /^store\/decoder\.ts$/, may: ['domain', 'store', 'decoderClient', 'protocol'] },
  { name: 'persist', files: /^store\/(persist|records|unwritten)\.ts$/, may: ['domain', 'store', 'journal'] },
  {
    name: 'exportSession',
    files: /^store\/(exportSession|cellPictures)\.ts$/,
    may: ['domain', 'store', ...own, 'export'],
  },
  {
    name: 'importSession',
    files: /^store\/(importSession|annotations)\.ts$/,
    may: ['domain', 'store', ...own, 'import'],
  },
  { name: 'store', files: /^store\//, may: ['domain', ...own, 'importSession'] },
  { name: 'export', files: /^export\//, may: ['domain'] },
  { name: 'import', files: /^import\//, may: ['domain', 'export'] },
  { name: 'views', files: /^views\//, may: ['domain', 'store', ...own, 'exportSession', 'importSession', 'export'] },
  { name: 'pwa', files: /^pwa\//, may: [] },
  { name: 'main', files: /^main\.tsx$/, may: ['views', 'pwa'] },
];

/** Libraries that belong to some layers only; every other library is free. */
const libraries: { name: RegExp; layers: RegExp }[] = [
  {
    // Its wasm binaries are files that the page names and the engine loads, as the weights are.
    name: /^@tensorflow\/(?!tfjs-backend-wasm\/wasm-out\/[^/]+\.wasm$)/,
    layers: new RegExp(`^(manifest|kernels|weights|${stages.join('|')}|runtime)$`),
  },
  { name: /^(react|react-dom|lucide-react)(\/|$)/, layers: /^(views|main)$/ },
  { name: /^idb$/, layers: /^(journal|runtime)$/ },
  { name: /^workbox-/, layers: /^pwa$/ },
  // Of tests, and of what only they use.
  { name: /^vitest$|^fake-indexeddb/, layers: /^$/ },
];

const layerOf = (file: string) => layers.find((layer) => layer.files.test(file));

interface Node {
  type: string;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** The text of a string literal or of a template without holes. */
function textOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Literal' && typeof value.value === 'string') return value.value;
  if (value.type !== 'TemplateLiteral') return undefined;
  const [only, ...more] = value.quasis as { value: { cooked: string } }[];
  return more.length === 0 ? only?.value.cooked : undefined;
}

/** What a module names: imports of every kind, re-exports, type imports, `new URL(x, import.meta.url)`, globs. */
function importsOf(file: string, code: string): string[] {
  const { program, errors } = parseSync(file, code);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: string[] = [];

  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (!isNode(value)) return;
    const args = (value.arguments ?? []) as unknown[];
    const callee = isNode(value.callee) ? value.callee : undefined;
    if (/^(Import|ExportNamed|ExportAll)Declaration$|^(ImportExpression|TSImportType)$/.test(value.type)) {
      const text = textOf(value.source);
      if (text !== undefined) found.push(text);
      else if (value.type === 'ImportExpression') throw new Error(`${file}: import() of a name made at run time`);
    } else if (value.type === 'NewExpression' && callee?.name === 'URL' && args.length === 2) {
      const text = textOf(args[0]);
      if (text !== undefined && isNode(args[1]) && isMetaUrl(args[1])) found.push(text);
    } else if (value.type === 'CallExpression' && isNode(callee?.property) && callee.property.name === 'glob') {
      for (const arg of args.flatMap((arg) => (isNode(arg) && arg.type === 'ArrayExpression' ? arg.elements : arg))) {
        const text = textOf(arg);
        if (text !== undefined) found.push(text.replace(/^!/, ''));
      }
    }
    Object.values(value).forEach(visit);
  };
  visit(program);
  return found;
}

const isMetaUrl = (node: Node) =>
  node.type === 'MemberExpression' &&
  isNode(node.object) &&
  node.object.type === 'MetaProperty' &&
  isNode(node.property) &&
  node.property.name === 'url';

/** The file below src/ that `file` names. */
function fileNamed(name: string, file: string, exists: (file: string) => boolean): string {
  const plain = path.posix.join(path.posix.dirname(file), name);
  return ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => plain + end).find(exists) ?? plain;
}

/** Files that a module needs before it can run itself: neither types nor what is loaded later. */
function neededBy(file: string, code: string, exists: (file: string) => boolean): string[] {
  return (parseSync(file, code).program.body as unknown as Node[])
    .filter(({ importKind, exportKind }) => importKind !== 'type' && exportKind !== 'type')
    .flatMap(({ source }) => textOf(source) ?? [])
    .filter((name) => name.startsWith('.'))
    .map((name) => fileNamed(name.replace(/[?#].*$/, ''), file, exists));
}

/** Ways through the modules that come back to where they began, each once, as 'a > b > a'. */
function circles(needs: ReadonlyMap<string, string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const follow = (file: string, way: string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) found.push([...way.slice(at), file].join(' > '));
    if (at >= 0 || done.has(file)) return;
    for (const next of needs.get(file) ?? []) follow(next, [...way, file]);
    done.add(file);
  };
  for (const file of needs.keys()) follow(file, []);
  return found;
}

/** Sentences on what `file` does wrong; none when it keeps to the table. `exists` knows the files below src/. */
function faultsOf(file: string, code: string, exists: (file: string) => boolean): string[] {
  const layer = layerOf(file);
  if (!layer) return [`${file} is in no layer`];
  if (!/\.tsx?$/.test(file)) return [];
  return importsOf(file, code).flatMap((name) => {
    const bare = name.replace(/[?#].*$/, '');
    if (!/^[./]/.test(bare)) {
      const rule = libraries.find((library) => library.name.test(bare));
      return rule && !rule.layers.test(layer.name) ? [`${file} (${layer.name}) uses ${bare}`] : [];
    }
    const target = fileNamed(bare, file, exists);
    if (/\.fixture\.tsx?$/.test(target)) return [`${file} imports ${target}, which is for tests`];
    const to = layerOf(target);
    if (!to) return [`${file} imports ${name}, which is in no layer`];
    return to === layer || layer.may.includes(to.name)
      ? []
      : [`${file} (${layer.name}) imports ${target} (${to.name})`];
  });
}

const src = path.dirname(fileURLToPath(import.meta.url));
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/^tsconfig.*\.json$|\.(test|fixture)\.tsx?$/.test(entry.name))
  .map((entry) => path.relative(src, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));

test('every file of src/ is in a layer and imports only what its layer may', () => {
  expect(files.length).toBeGreaterThan(0);
  const known = new Set(files);
  const faults = files.flatMap((file) =>
    faultsOf(file, readFileSync(path.join(src, file), 'utf8'), (f) => known.has(f)),
  );
  expect(faults).toEqual([]);
});

test('no module needs itself, by whatever way', () => {
  const known = new Set(files);
  const modules = files.filter((file) => /\.tsx?$/.test(file));
  const code = (file: string) => readFileSync(path.join(src, file), 'utf8');
  const needs = new Map(modules.map((file) => [file, neededBy(file, code(file), (f) => known.has(f))]));
  expect([...needs.values()].flat().length).toBeGreaterThan(files.length);
  expect(circles(needs)).toEqual([]);
});

describe('the check catches', () => {
  const faults = (file: string, code: string, ...others: string[]) => faultsOf(file, code, (f) => others.includes(f));

  test.each([
    ['a static import', `import { x } from '../store/cells';`],
    ['a type import', `import type { X } from '../store/cells';`],
    ['a type named in place', `let x: import('../store/cells').X;`],
    ['a re-export', `export * from '../store/cells';`],
    ['an import for its effect', `import '../store/cells';`],
    ['a dynamic import', 'await import(`../store/cells`);'],
    ['a raw import', `import text from '../store/cells.ts?raw';`],
    ['a URL', `new Worker(new URL('../store/cells.ts', import.meta.url));`],
    ['a glob', `import.meta.glob(['./*.ts', '../store/*.ts']);`],
  ])('%s in the wrong direction', (_, code) => {
    expect(faults('domain/mask.ts', code)).toHaveLength(1);
  });

  test('a stage that uses another stage', () => {
    const code = `import { box } from '../candidates/boxes';`;
    expect(faults('engine/network/forward.ts', code, 'engine/candidates/boxes.ts')).toEqual([
      'engine/network/forward.ts (network) imports engine/candidates/boxes.ts (candidates)',
    ]);
  });

  test('modules that need each other, but not those that share types or load each other later', () => {
    const needs = (code: string) => neededBy('store/a.ts', code, (f) => f === 'store/b.ts');
    expect(needs(`import { b } from './b'; export * from './b';`)).toEqual(['store/b.ts', 'store/b.ts']);
    expect(needs(`import type { B } from './b'; const b = await import('./b');`)).toEqual([]);
    const circle = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(circles(circle)).toEqual(['b > c > b']);
  });

  test('a view that talks to the worker', () => {
    expect(faults('views/App.tsx', `import { connect } from '../bridge/client';`, 'bridge/client.ts')).toHaveLength(1);
  });

  test('a library in the wrong place', () => {
    expect(faults('store/cells.ts', `import * as tf from '@tensorflow/tfjs-core';`)).toHaveLength(1);
    expect(faults('engine/pipeline.ts', `import { useState } from 'react';`)).toHaveLength(1);
    expect(faults('store/cells.ts', `import { vi } from 'vitest';`)).toHaveLength(1);
  });

  test('a fixture of the tests in what is shipped', () => {
    const code = `import { session } from '../export/example.fixture';`;
    expect(faults('store/cells.ts', code, 'export/example.fixture.ts')).toHaveLength(1);
  });

  test('a file in no layer, and an import out of src/', () => {
    expect(faults('helpers/misc.ts', '')).toEqual(['helpers/misc.ts is in no layer']);
    expect(faults('views/App.tsx', `import '../../scripts/chromium.mjs';`)).toHaveLength(1);
  });

  test('a dynamic import whose target it cannot read', () => {
    expect(() => faults('domain/mask.ts', 'await import(name);')).toThrow('run time');
  });

  test('nothing in what is allowed', () => {
    expect(
      faults(
        'engine/network/forward.ts',
        `import { m } from '../../domain/mask';\nimport '../kernels/x';`,
        'domain/mask.ts',
        'engine/kernels/x.ts',
      ),
    ).toEqual([]);
    expect(
      faults('bridge/client.ts', `new Worker(new URL('../engine/worker.ts', import.meta.url));`, 'engine/worker.ts'),
    ).toEqual([]);
    expect(faults('store/engineClient.ts', `import { c } from '../bridge/client';`, 'bridge/client.ts')).toEqual([]);
    expect(faults('views/App.tsx', `// import '../engine/worker'\nconst text = "import '../engine/worker'";`)).toEqual(
      [],
    );
  });
});
