/** What a device says of itself. */
import { expect, test } from 'vitest';
import { Gpu, openGpu } from './gpu';

test('a processor that plays the graphics card is known by its own word or by its name', async () => {
  const { device, software } = await openGpu(navigator.gpu);
  // The tests run on SwiftShader.
  expect(software).toBe(true);
  const as = (info: Partial<GPUAdapterInfo>) => new Gpu(device, info as GPUAdapterInfo).software;
  expect(as({ vendor: 'intel', architecture: 'xe', isFallbackAdapter: false })).toBe(false);
  expect(as({ vendor: 'intel', architecture: 'xe', isFallbackAdapter: true })).toBe(true);
  expect(as({ vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' })).toBe(true);
  expect(as({ vendor: 'microsoft', description: 'Microsoft Basic Render Driver' })).toBe(true);
  // Browsers older than the field.
  expect(as({ vendor: 'apple', architecture: 'metal-3' })).toBe(false);
  device.destroy();
});
