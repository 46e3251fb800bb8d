/** A review's state while the changes of one event are put into it. */
import type { Change, ReviewState } from './events';

type Keyed = Record<string, unknown>;

/**
 * Whatever the changes touch is copied once, however many they are: a type given to all cells of an image costs their number,
 * not its square. The state that it was made of stays as it is.
 */
export class Draft {
  readonly state: ReviewState;
  /** What is this draft's own to write to, each with what holds it and under which key; holders come first. */
  readonly #own = new Map<object, { holder: Keyed; key: string } | null>();

  constructor(state: ReviewState) {
    this.state = { ...state };
    this.#own.set(this.state, null);
  }

  put(change: Change, value: unknown): void {
    const whole = this.state as unknown as Keyed;
    let at: Keyed;
    if ('slide' in change) at = this.#open(this.#open(whole, 'slides'), change.slide);
    else {
      at = this.#open(this.#open(whole, 'images'), change.image);
      if ('cell' in change) at = this.#open(this.#open(at, 'cells'), String(change.cell));
    }
    set(at, change.field, value);
  }

  /** The state, without the records that nothing is left in. */
  done(): ReviewState {
    // What holds others was opened before them: from the last on, a holder is looked at once all it held has been.
    for (const [object, place] of [...this.#own].reverse()) {
      const stays = place?.holder === (this.state as unknown as Keyed);
      if (place && !stays && Object.keys(object).length === 0) delete place.holder[place.key];
    }
    return this.state;
  }

  /** What stands under a key, as the draft's own copy; empty where nothing does. */
  #open(holder: Keyed, key: string): Keyed {
    const there = Object.hasOwn(holder, key) ? (holder[key] as Keyed) : undefined;
    if (there && this.#own.has(there)) return there;
    const copy = { ...there };
    set(holder, key, copy);
    this.#own.set(copy, { holder, key });
    return copy;
  }
}

/** Sets a key, or takes it away where there is no value. */
function set(object: Keyed, key: string, value: unknown): void {
  if (value === null) delete object[key];
  // Defined, since an assignment to __proto__ would set no key.
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
