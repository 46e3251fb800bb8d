/** What needs a whole image at once: the channel gate, and the pooled head with all Grad-CAMs. */
import { each, type Kernel, TEAM, teamKernel } from '../kernel';

/** Efficient channel attention: from [px, channels x 4] -> to [channels x 4], sigmoid(taps * means). channels divides TEAM. */
export function channelGate(channels: number): Kernel {
  const slices = TEAM / channels;
  const body = `
  let c = t % ${channels};
  var sum = vec4<f32>(0.0);
  for (var k = t / ${channels}; k < p.px; k += ${slices}) { sum += arena[base + p.source + k * ${channels} + c]; }
  part[t] = sum;
  workgroupBarrier();
  if (t < ${channels}) {
    for (var s = 1; s < ${slices}; s++) { sum += part[s * ${channels} + t]; }
    means[t] = sum / f32(p.px);
  }
  workgroupBarrier();
  if (t < ${channels}) {
    let m = means[t];
    var before = 0.0;
    var after = 0.0;
    if (t > 0) { before = means[t - 1].w; }
    if (t < ${channels - 1}) { after = means[t + 1].x; }
    let taps = filterAt(p.taps);
    let sum3 = taps.x * vec4<f32>(before, m.xyz) + taps.y * m + taps.z * vec4<f32>(m.yzw, after);
    arena[base + p.to + t] = 1.0 / (1.0 + exp(-sum3));
  }`;
  const shared = `var<workgroup> part : array<vec4<f32>, ${TEAM}>;\nvar<workgroup> means : array<vec4<f32>, ${channels}>;`;
  return teamKernel(`channelGate ${channels}`, ['source', 'px', 'taps', 'to'], ['to'], body, shared);
}

export interface PoolKind {
  /** vec4 of evidence channels, of deep channels, of types. */
  evidence: number;
  deep: number;
  types: number;
  /** Sides of the evidence and of the deep map. */
  side: number;
  deepSide: number;
}

/**
 * Task 0: pooling weights -> share, pooled features -> features, type logits -> types. Other tasks: Grad-CAMs of TEAM / types px
 * each -> cams [types x 4, side, side]. Rows [(evidence + deep) x 4, types x 4]; its first rows are the Grad-CAMs' too.
 */
export function poolAndExplain(kind: PoolKind): Kernel {
  const { evidence, deep, types, side, deepSide } = kind;
  const body = `
  if (task > 0) {
${gradCams(kind)}
    return;
  }
${shareOut(kind)}
${pool(kind)}
${classify(kind)}`;
  const shared = `
var<workgroup> sums : array<f32, 16>;
var<workgroup> part : array<vec4<f32>, ${TEAM}>;
var<workgroup> pooled : array<vec4<f32>, ${evidence + deep}>;`;
  const fields = [
    ...['evidence', 'evidenceStep', 'deep', 'cell', 'saliency', 'floor', 'weight', 'bias'],
    ...['share', 'features', 'types', 'cams'],
  ];
  const key = `poolAndExplain ${evidence} ${deep} ${types} ${side} ${deepSide}`;
  return teamKernel(key, fields, ['share', 'features', 'types', 'cams'], body, shared);
}

/** Four types' Grad-CAMs at four px a thread: the evidence times the types' rows, ReLU. */
function gradCams({ evidence, types, side }: PoolKind): string {
  const quads = (side * side) / 4;
  return `
    let kind = t % ${types};
    let quad = (task - 1) * ${TEAM / types} + t / ${types};
    if (quad < ${quads}) {
      ${each(4, (i) => `var a${i} = vec4<f32>(0.0);`)}
      let src = base + p.evidence + quad * 4 * p.evidenceStep;
      for (var k = 0; k < ${evidence}; k++) {
        ${each(4, (j) => `let w${j} = filterAt(p.weight + (k * 4 + ${j}) * ${types} + kind);`)}
        ${each(4, (i) => `let x${i} = arena[src + ${i} * p.evidenceStep + k]; a${i} += x${i}.x * w0 + x${i}.y * w1 + x${i}.z * w2 + x${i}.w * w3;`)}
      }
      ${each(4, (j) => `arena[base + p.cams + (kind * 4 + ${j}) * ${quads} + quad] = max(vec4<f32>(a0[${j}], a1[${j}], a2[${j}], a3[${j}]), vec4<f32>(0.0));`)}
    }`;
}

/**
 * share, not yet divided: mean cell probability of 2 x 2 of `cell` times mean saliency, plus the floor; `whole`, its sum. The map
 * stays in the arena: with a copy in workgroup memory software devices took twice as long to compile the kernel (2.1 s, 0.9).
 */
function shareOut({ side }: PoolKind): string {
  const quads = (side * side) / 4;
  // The 2 x 2 px of two px of a row are two vec4 of either plane.
  const two = (k: number) => `{
      let at = (k / ${side / 4}) * ${side} + (k % ${side / 4}) * 2 + ${k};
      let cell = arena[base + p.cell + at] + arena[base + p.cell + at + ${side / 2}];
      let salient = arena[base + p.saliency + at] + arena[base + p.saliency + at + ${side / 2}];
      w${k} = (cell.xz + cell.yw) * (salient.xz + salient.yw) / 16.0 + constantAt(p.floor).x;
    }`;
  return `
  var total = vec4<f32>(0.0);
  for (var k = t; k < ${quads}; k += ${TEAM}) {
    var w0 = vec2<f32>(0.0);
    var w1 = vec2<f32>(0.0);
    ${each(2, two)}
    let w = vec4<f32>(w0, w1);
    arena[base + p.share + k] = w;
    total += w;
  }
  part[t] = total;
  storageBarrier();
  workgroupBarrier();
  if (t < 16) {
    var sum = vec4<f32>(0.0);
    for (var k = t; k < ${TEAM}; k += 16) { sum += part[k]; }
    sums[t] = sum.x + sum.y + sum.z + sum.w;
  }
  workgroupBarrier();
  var whole = 0.0;
  for (var k = 0; k < 16; k++) { whole += sums[k]; }`;
}

/** `pooled`: the evidence by its shares, slices of the px side by side, and the deep map's mean; -> features, share. */
function pool({ evidence, deep, side, deepSide }: PoolKind): string {
  const slices = Math.floor(TEAM / evidence);
  const features = evidence + deep;
  return `
  let c = t % ${evidence};
  var sum = vec4<f32>(0.0);
  if (t < ${evidence * slices}) {
    for (var k = t / ${evidence}; k < ${side * side}; k += ${slices}) {
      sum += scalarAt(base + p.share, k) * arena[base + p.evidence + k * p.evidenceStep + c];
    }
  }
  part[t] = sum;
  workgroupBarrier();
  // All have read the map by now.
  for (var k = t; k < ${(side * side) / 4}; k += ${TEAM}) { arena[base + p.share + k] /= whole; }
  if (t < ${evidence}) {
    for (var s = 1; s < ${slices}; s++) { sum += part[s * ${evidence} + t]; }
    pooled[t] = sum / whole;
  } else if (t < ${features}) {
    var mean = vec4<f32>(0.0);
    for (var k = 0; k < ${deepSide * deepSide}; k++) { mean += arena[base + p.deep + k * ${deep} + t - ${evidence}]; }
    pooled[t] = mean / ${deepSide * deepSide}.0;
  }
  workgroupBarrier();
  if (t < ${features}) { arena[base + p.features + t] = pooled[t]; }`;
}

/** Four types' logits a thread, linear in `pooled` -> types. */
function classify({ evidence, deep, types }: PoolKind): string {
  return `
  if (t < ${types}) {
    var logit = filterAt(p.bias + t);
    for (var k = 0; k < ${evidence + deep}; k++) {
      let v = pooled[k];
      ${each(4, (j) => `logit += v[${j}] * filterAt(p.weight + (k * 4 + ${j}) * ${types} + t);`)}
    }
    arena[base + p.types + t] = logit;
  }`;
}
