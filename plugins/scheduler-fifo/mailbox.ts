/** An event that waits until an unload has ended. */
export interface Letter {
  /** Request that the letter brings, if it brings one. */
  readonly admits?: number;
  readonly handle: () => void;
}

/**
 * Holds back what arrives while an unload is under way and hands it over afterwards in the order of
 * arrival, as llama-swap's run loop does when it waits for stops.
 */
export class Mailbox {
  private letters: Letter[] = [];
  private closed = false;

  /** Whether an unload is under way. */
  get holding(): boolean {
    return this.closed;
  }

  /** From now on letters wait. */
  hold(): void {
    this.closed = true;
  }

  /** Handles the letter now, or later while {@link holding}. */
  deliver(letter: Letter): void {
    if (this.closed) this.letters.push(letter);
    else letter.handle();
  }

  /** Throws away a letter that brings this request; false when there is none. */
  withdraw(requestId: number): boolean {
    const before = this.letters.length;
    this.letters = this.letters.filter((letter) => letter.admits !== requestId);
    return this.letters.length < before;
  }

  /** Hands over what has waited, until one of the letters closes the box again. */
  release(): void {
    this.closed = false;
    while (!this.closed) {
      const letter = this.letters.shift();
      if (!letter) return;
      letter.handle();
    }
  }
}
