/** What went wrong on the way, and whether a way of running the network has had enough chances. */

/** Faults within FAULTY_MS after which a level is given up, however often it came back: a laptop that sleeps loses its device each time. */
const MOST_FAULTS = 6;
const FAULTY_MS = 10 * 60_000;
/** Faults in a row, with no result between them: the second is met with smaller batches, the next with another level. */
const IN_A_ROW = 2;

export class FaultRecord {
  /** All outlived so far, for the diagnostics. */
  readonly messages: string[] = [];
  private times: number[] = [];
  private inARow = 0;

  /** now: ms of any clock that only goes on. */
  add(message: string, now: number): void {
    this.messages.push(message);
    this.times = [...this.times.filter((time) => now - time < FAULTY_MS), now];
    this.inARow++;
  }

  /** There was a result. */
  over(): void {
    this.inARow = 0;
  }

  /** Another way begins with nothing against it. */
  forget(): void {
    this.times = [];
    this.inARow = 0;
  }

  /** The work is to be tried with fewer images at a time. */
  get wantsLess(): boolean {
    return this.inARow === IN_A_ROW;
  }

  /** It is not to be tried the same way again. */
  get hopeless(): boolean {
    return this.inARow > IN_A_ROW || this.times.length > MOST_FAULTS;
  }
}
