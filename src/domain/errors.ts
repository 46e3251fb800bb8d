/** Tagged errors that say what went wrong with which input, and what a person can do about it. */

export type ErrorCode =
  | 'empty-file'
  | 'not-an-image'
  | 'unsupported-format'
  | 'damaged-image'
  | 'image-too-large'
  | 'image-too-small'
  | 'model-missing'
  | 'model-damaged'
  | 'backend-failed'
  | 'engine-stopped'
  | 'decoder-stopped'
  | 'storage-full'
  | 'file-missing'
  | 'storage-failed'
  | 'not-a-session'
  | 'damaged-session'
  | 'newer-session'
  | 'not-annotations'
  | 'slide-signed'
  | 'review-conflict'
  | 'part-missing'
  | 'internal';

/** message: what happened, in plain words; remedy: what to do. Crosses the worker as plain data. */
export class LeukolensError extends Error {
  override readonly name = 'LeukolensError';
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}

/** The error as data that structured clone keeps. */
export interface ErrorData {
  code: ErrorCode;
  message: string;
  remedy: string;
}

/** Any thrown value as ErrorData; unknown ones become 'internal' with their message. */
export function errorData(thrown: unknown): ErrorData {
  if (thrown instanceof LeukolensError) {
    return { code: thrown.code, message: thrown.message, remedy: thrown.remedy };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal',
    message: `Something unexpected happened: ${message}`,
    remedy: 'Try the file again; if it fails again, copy the diagnostics and report it.',
  };
}

/** The error that errorData described. */
export function errorFrom(data: ErrorData): LeukolensError {
  return new LeukolensError(data.code, data.message, data.remedy);
}
