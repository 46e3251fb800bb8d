/** Steps that most layers are made of. */
import type { Filters } from './filters';
import type { Kernels } from './kernels';
import type { Place, Program, Size } from './program';

export interface Lowering {
  program: Program;
  kernels: Kernels;
  filters: Filters;
}

/** What `least` is where nothing is cut off. */
const LINEAR = Number.NEGATIVE_INFINITY;
const RELU = 0;
const least = (relu: boolean | undefined) => (relu ? RELU : LINEAR);

interface ConvolutionOptions {
  /** Address of the filters, and of the bias. */
  filters: number;
  bias: number;
  /** 1, or 3 over a map with a border. */
  kernel: 1 | 3;
  stride?: number;
  relu?: boolean;
  /** A map of the output's layout. */
  residual?: string;
  /** Every eight outputs see eight channels of their own. */
  grouped?: boolean;
}

const isWhole = ({ border }: Place) => border === 0;

const isAlike = (a: Size, b: Size) =>
  (['width', 'height', 'channels', 'border'] as const).every((name) => a[name] === b[name]);

/** The place of a map whose px are one long row, which most kernels take for granted; throws where it has a border. */
export function whole(place: Place): Place {
  if (!isWhole(place)) throw new Error('a map with a border, read as if it had none');
  return place;
}

/** from -> to; throws where a map is not what the kernel needs. */
export function convolve({ program, kernels }: Lowering, from: string, to: string, options: ConvolutionOptions): void {
  const { filters, bias, kernel, stride = 1, relu, residual, grouped } = options;
  if (kernel === 3 && !program.size(from).border) throw new Error(`${from} has no border`);
  if (kernel === 1 && stride !== 1) throw new Error(`${from} cannot be read at steps`);
  if (residual && (program.size(to).channels % 8 !== 0 || !isAlike(program.size(residual), program.size(to)))) {
    throw new Error(`${residual} cannot be added to ${to}`);
  }
  program.add(residual ? [from, to, residual] : [from, to], (places) => {
    const [x, y] = [places(from), places(to)];
    const rest = residual ? places(residual).at : 0;
    // Px of whole maps are one long row.
    const flat = kernel === 1 && isWhole(x) && isWhole(y);
    const [width, height] = flat ? [y.width * y.height, 1] : [y.width, y.height];
    // Three px of a row lie together, unless only some of their channels are seen.
    const [rows, columns, inputs] = kernel === 1 ? [1, 1, x.channels] : grouped ? [3, 3, 8] : [3, 1, 3 * x.channels];
    const first = kernel === 1 ? x.at : x.at - x.pitch - x.step;
    const block = grouped ? 8 * 4 : 0;
    return () =>
      kernels.convolve(
        ...([first, stride * x.step, stride * x.pitch, block, rows, x.pitch, columns, x.step, inputs] as const),
        ...([filters, bias, least(relu), rest, y.at, y.step, y.pitch, width, height, y.channels] as const),
      );
  });
}

/** Convolution with `<name>.w` and `<name>.b`. */
export function layer(
  lowering: Lowering,
  name: string,
  from: string,
  to: string,
  options: Omit<ConvolutionOptions, 'filters' | 'bias' | 'kernel'> & { kernel?: 1 | 3 } = {},
): void {
  const { filters, program } = lowering;
  if (filters.shape(`${name}.b`)[0] !== program.size(to).channels) throw new Error(`${name} does not give ${to}`);
  const all = { kernel: 1 as const, ...options, filters: filters.blocks(name), bias: filters.bias(`${name}.b`) };
  convolve(lowering, from, to, all);
}

export function depthwise(
  { program, kernels, filters }: Lowering,
  name: string,
  from: string,
  to: string,
  { stride = 1, relu }: { stride?: number; relu?: boolean } = {},
): void {
  needFours(program.size(from));
  if (!program.size(from).border) throw new Error(`${from} has no border`);
  const [w, b] = [filters.values(`${name}.w`), filters.values(`${name}.b`)];
  program.add([from, to], (places) => {
    const [x, y] = [places(from), places(to)];
    const first = x.at - x.pitch - x.step;
    return () =>
      kernels.depthwise(
        ...([first, x.step, x.pitch, stride, w, b, least(relu)] as const),
        ...([y.at, y.step, y.pitch, y.width, y.height, y.channels] as const),
      );
  });
}

/**
 * from resampled into the first channels of `to`; added to what is there with `add`.
 */
export function resample(
  { program, kernels }: Lowering,
  from: string,
  to: string,
  { add, relu }: { add?: boolean; relu?: boolean } = {},
): void {
  needFours(program.size(from));
  if (program.size(from).channels > program.size(to).channels) throw new Error(`${to} has no room for ${from}`);
  program.add([from, to], (places) => {
    const [x, y] = [places(from), places(to)];
    return () =>
      kernels.resample(
        ...([x.at, x.step, x.pitch, x.width, x.height, add ? y.at : 0, least(relu)] as const),
        ...([y.at, y.step, y.pitch, y.width, y.height, x.channels] as const),
      );
  });
}

/** Throws where channels are not whole groups of four, which the kernels go by. */
export function needFours({ channels }: Size): void {
  if (channels % 4 !== 0) throw new Error(`${channels} channels are no multiple of four`);
}
