/** Notices a worker that hangs: a loop without end, or a graphics driver that never answers. */

const TICK_MS = 10_000;
/**
 * Ticks without a sign after which it is given up: five minutes. A software GPU under load is silent for one.
 * Ticks are counted, not the clock: a laptop that slept did not hang.
 */
const PATIENCE = 30;

export class Watchdog {
  readonly #timer: ReturnType<typeof setInterval>;
  #silent = 0;

  /** onSilence is called once, with how long there was no sign, in words. */
  constructor(onSilence: (length: string) => void) {
    this.#timer = setInterval(() => {
      if (++this.#silent < PATIENCE) return;
      this.end();
      onSilence(`${(PATIENCE * TICK_MS) / 60_000} minutes`);
    }, TICK_MS);
  }

  /** The worker has shown that it is alive. */
  sign(): void {
    this.#silent = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
