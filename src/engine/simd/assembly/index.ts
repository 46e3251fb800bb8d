/** What the engine calls (simd/kernels.ts says it to TypeScript); AssemblyScript, compiled by scripts/vite-assembly.ts. */
export { attention, layerNorm } from './attention';
export { convolve, depthwise } from './convolution';
export { cues } from './cues';
export { eca, means, pool, poolWeights, shuffle, transpose } from './heads';
export { clearBorder, copy, guide, halve, levels, resample, sigmoid, stemInput } from './maps';
export { across, darkness, subtract } from './window';
