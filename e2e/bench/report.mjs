// The benchmark's figures as a Markdown table.

/** @param {number[]} times */
const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
const mega = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
const ms = (/** @type {number} */ value) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());

/** @param {string[][]} rows */
const table = ([head = [], ...rows]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** @param {any} figures what the page returned, with bytes shipped and the machine; see page/page.ts */
export function report({ device, ceiling, work, rows, fields, prepared, shipped, machine, userAgent, model, threads }) {
  const runtime = /Chrom\w*\/[\d.]+/.exec(userAgent)?.[0] ?? userAgent;
  const head = [
    ...['runtime', 'batch', 'median ms', 'min-max ms', 'first run ms', 'dispatches', 'submits', 'readbacks'],
    ...['bytes bound MB', 'GPU memory made MB', 'JS record ms', 'logits off by'],
  ];
  const body = rows.map((/** @type {any} */ { kind, batch, firstMs, times, counts, difference }) => [
    ...[kind, String(batch), ms(median(times)), `${ms(Math.min(...times))}-${ms(Math.max(...times))}`, ms(firstMs)],
    ...[counts.dispatches, counts.submits, counts.readbacks].map(String),
    ...[mega(counts.bytesBound), mega(counts.bytesCreated), counts.recordMs.toFixed(2), difference.toExponential(1)],
  ]);
  const time = (/** @type {string} */ kind, /** @type {number} */ batch) =>
    median(rows.find((/** @type {any} */ row) => row.kind === kind && row.batch === batch)?.times ?? []);
  const batches = [...new Set(rows.map((/** @type {any} */ row) => row.batch))];
  const ratio = (/** @type {string} */ a, /** @type {string} */ b, /** @type {number} */ batch) => {
    const value = time(a, batch) / time(b, batch);
    return Number.isNaN(value) ? [] : `${a} / ${b}, batch ${batch}: ${value.toFixed(2)}`;
  };
  const ratios = batches.flatMap((batch) =>
    [
      ratio('fused', 'tfjs-webgpu', batch),
      ratio('fused', 'ort-webgpu', batch),
      ratio('simd', 'ort-wasm', batch),
      ratio('simd', 'tfjs-wasm', batch),
      ratio('tfjs-wasm', 'ort-wasm', batch),
    ].flat(),
  );
  const roof = batches.map((batch) => {
    const compute = (work.multiplyAdds * batch) / ceiling.multiplyAddsPerSecond;
    const memory = (work.weightBytes + work.imageBytes * batch) / ceiling.bytesPerSecond;
    const least = Math.max(compute, memory) * 1000;
    const share = (100 * least) / time('fused', batch);
    const reached = Number.isNaN(share) ? '' : `; fused reaches ${share.toFixed(0)} % of it`;
    return `roofline, batch ${batch}: ${((work.multiplyAdds * batch) / 1e6).toFixed(0)} M multiply-adds, at least ${mega(work.weightBytes + work.imageBytes * batch)} MB; device does ${(ceiling.multiplyAddsPerSecond / 1e9).toFixed(2)} G multiply-adds/s and ${(ceiling.bytesPerSecond / 1e9).toFixed(2)} GB/s, so at least ${ms(least)} ms (${compute > memory ? 'arithmetic' : 'memory'} bound)${reached}`;
  });
  const fieldTable = table([
    [
      'whole field (640 x 480 fixture)',
      'cells',
      's',
      'cells/s',
      '1440 x 900: white point ms',
      'saliency + candidates ms',
      'dispatches',
      'candidates',
      'ms a cell without the network',
    ],
    ...fields.map((/** @type {any} */ f) => [
      ...[
        f.kind,
        String(f.cells),
        f.seconds.toFixed(2),
        (f.cells / f.seconds).toFixed(2),
        ms(f.whiteMs),
        ms(f.saliencyMs),
      ],
      ...[String(f.saliencyDispatches), String(f.candidates), f.aroundMs === null ? '-' : f.aroundMs.toFixed(2)],
    ]),
  ]);
  return [
    `${machine.date}, ${machine.cpu} (${machine.cores} cores, load ${machine.load.toFixed(1)}), ${runtime}, ${device.name}, model ${model}${shipped ? `; wasm threads: tfjs ${threads}, ORT 1` : ''}.`,
    table([head, ...body]),
    ratios.map((line) => `- ${line}`).join('\n'),
    roof.map((line) => `- ${line}`).join('\n'),
    fields.length ? fieldTable : '',
    prepared
      ? `Before the first kernel, 1440 x 900: white point ${ms(prepared.whitePoint)} ms, reduction to the grid ${ms(prepared.reduction)} ms, both on the processor; sending the field's px to the device instead ${ms(prepared.upload)} ms.`
      : '',
    shipped
      ? `Shipped, gzip: ${Object.entries(shipped)
          .map(([name, bytes]) => `${name} ${mega(/** @type {number} */ (bytes))} MB`)
          .join(', ')}.`
      : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What page/reductions.ts measured, as a table. @param {any[]} sums */
export function reportSums(sums) {
  if (sums.length === 0) return 'The device has no subgroups.';
  const us = (/** @type {number} */ value) => value.toFixed(1);
  const rows = sums.map((/** @type {any} */ { name, us: took, off }) => [
    ...[name, us(took.shipped), us(took.subgroups), us(took['no sum']), (took.subgroups / took.shipped).toFixed(2)],
    off.toExponential(1),
  ]);
  const head = ['kernel', 'as shipped, µs', 'subgroups, µs', 'no sum at all, µs', 'subgroups / shipped', 'off by'];
  return table([head, ...rows]);
}
