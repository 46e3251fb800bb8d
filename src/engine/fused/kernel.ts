/** What a kernel of the fused path is, and the WGSL that all of them share. */

/**
 * A compute pipeline by its text. All kernels share their bindings: `arena` (every map, vec4 by vec4), the model's
 * arrays (`filterAt`), numbers of the plan (`constantAt`) and the dispatch's own parameters `p`, all i32. Threads of one image are counted by
 * `t`, images by the third dispatch dimension; `base` is where the image's maps begin.
 */
export interface Kernel {
  /** Names the pipeline; two kernels of one key have one text. */
  key: string;
  code: string;
  /** Fields of `p` in order, without `slab` and `threads`, which every kernel has. */
  fields: readonly string[];
  /** Those of the fields that are offsets of maps it writes. */
  writes: readonly string[];
}

/**
 * How the model's arrays lie in graphics memory, and what is multiplied with them. They are float16 on disk, so all hold the same
 * values. f32: as float32. packed: two halves a word, unpacked by a function of WGSL's core: half the traffic, and no feature of the
 * device is needed. f16: as halves, with which the layers' inputs are multiplied as halves; what is added up stays float32, but for
 * sums of four products. Needs 'shader-f16'.
 */
export type Storage = 'f32' | 'packed' | 'f16';

const WHOLE = `alias INPUT = vec4<f32>;
alias WEIGHT = vec4<f32>;
fn inputOf(x : vec4<f32>) -> INPUT { return x; }
fn weightAt(index : i32) -> WEIGHT { return filterAt(index); }
fn added(a : vec4<f32>, x : INPUT, w0 : WEIGHT, w1 : WEIGHT, w2 : WEIGHT, w3 : WEIGHT) -> vec4<f32> {
  return a + x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3;
}
`;

const FILTERS: Record<Storage, string> = {
  f32: `alias FILTER = vec4<f32>;
fn filterAt(index : i32) -> vec4<f32> { return filters[index]; }
${WHOLE}`,
  packed: `alias FILTER = vec2<u32>;
fn filterAt(index : i32) -> vec4<f32> {
  let v = filters[index];
  return vec4<f32>(unpack2x16float(v.x), unpack2x16float(v.y));
}
${WHOLE}`,
  f16: `enable f16;
alias FILTER = vec4<f16>;
alias INPUT = vec4<f16>;
alias WEIGHT = vec4<f16>;
fn filterAt(index : i32) -> vec4<f32> { return vec4<f32>(filters[index]); }
fn inputOf(x : vec4<f32>) -> INPUT { return INPUT(x); }
fn weightAt(index : i32) -> WEIGHT { return filters[index]; }
fn added(a : vec4<f32>, x : INPUT, w0 : WEIGHT, w1 : WEIGHT, w2 : WEIGHT, w3 : WEIGHT) -> vec4<f32> {
  return a + vec4<f32>(x.x * w0 + x.y * w1 + x.z * w2 + x.w * w3);
}
`,
};

/** The kernel's text for arrays stored so. */
export const textOf = ({ code }: Kernel, storage: Storage) => FILTERS[storage] + code;

/** px of a row and vec4 of channels that one thread computes. */
export interface Tile {
  px: number;
  groups: number;
}

export const WORKGROUP = 64;
/** Threads of a kernel in which a whole workgroup works on one image. */
export const TEAM = 256;

/** Lines 0 ... n - 1. Loops over registers are unrolled in the text: an array that is indexed at run time is memory. */
export const each = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join('\n');

function declarations(fields: readonly string[]): string {
  return `
struct Params { ${['slab', 'threads', ...fields].map((name) => `${name} : i32,`).join(' ')} }
@group(0) @binding(0) var<storage, read_write> arena : array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> filters : array<FILTER>;
@group(0) @binding(3) var<storage, read> constants : array<vec4<f32>>;
@group(0) @binding(2) var<uniform> p : Params;
fn constantAt(index : i32) -> vec4<f32> { return constants[index]; }
fn scalarAt(first : i32, index : i32) -> f32 { return arena[first + index / 4][index % 4]; }
`;
}

/** For kernels that read the picture: r, g, b of one of its px. */
export const PICTURE = `
@group(1) @binding(0) var<storage, read> picture : array<u32>;
fn bytesAt(px : i32) -> vec3<u32> {
  let word = picture[px];
  return vec3<u32>(word, word >> 8u, word >> 16u) & vec3<u32>(255u);
}
`;

/** A kernel whose threads are independent: `body` may return early and knows `t` and `base`. */
export function kernel<Field extends string>(
  key: string,
  fields: readonly Field[],
  writes: readonly NoInfer<Field>[],
  body: string,
  functions = '',
): Kernel {
  const code = `${declarations(fields)}${functions}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id : vec3<u32>, @builtin(num_workgroups) count : vec3<u32>) {
  let t = i32(id.x + id.y * count.x * ${WORKGROUP}u);
  if (t >= p.threads) { return; }
  let base = i32(id.z) * p.slab;
${body}
}`;
  return { key, code, fields, writes };
}

/** A kernel of one workgroup of TEAM threads an image and task: `body` knows `t` (0 to TEAM - 1), `task` and `base`. */
export function teamKernel<Field extends string>(
  key: string,
  fields: readonly Field[],
  writes: readonly NoInfer<Field>[],
  body: string,
  shared: string,
): Kernel {
  const code = `${declarations(fields)}${shared}
@compute @workgroup_size(${TEAM})
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) group : vec3<u32>) {
  let t = i32(local);
  let task = i32(group.x);
  let base = i32(group.z) * p.slab;
${body}
}`;
  return { key, code, fields, writes };
}

/** Accumulators `a<px>_<group>` of a tile, starting from the bias at `p.<bias>`. */
export function accumulators({ px, groups }: Tile, bias: string | null, first = 'o'): string {
  return each(groups, (g) => {
    const start = bias === null ? 'vec4<f32>(0.0)' : `filterAt(p.${bias} + ${first} + ${g})`;
    return `let b${g} = ${start};\n${each(px, (i) => `var a${i}_${g} = b${g};`)}`;
  });
}

/** Adds inputs `<x><px>` (four channels) times four rows of weights from `row` on, `rowStep` vec4 apart, to `<sum><px>_<group>`. */
export function multiplyAdd(
  { px, groups }: Tile,
  x: (i: number) => string,
  row: string,
  rowStep: string,
  sum = 'a',
): string {
  const inputs = each(px, (i) => `let h${i} = inputOf(${x(i)});`);
  const sums = each(groups, (g) => {
    const weights = each(4, (j) => `let w${j}_${g} = weightAt(${row} + ${j} * ${rowStep} + ${g});`);
    const add = (a: string, i: number) => `${a} = added(${a}, h${i}, w0_${g}, w1_${g}, w2_${g}, w3_${g});`;
    return `${weights}\n${each(px, (i) => add(`${sum}${i}_${g}`, i))}`;
  });
  return `${inputs}\n${sums}`;
}

export const relu = (x: string) => `max(${x}, vec4<f32>(0.0))`;
