/** What all records of a server hold together. */
export class RecordBudget {
  readonly #limit: number;
  readonly #makeRoom: () => boolean;
  #used = 0;

  /** `limit` in bytes. `makeRoom` gives up some of the records; `false` when there is nothing to give up. */
  constructor(limit: number, makeRoom: () => boolean) {
    this.#limit = limit;
    this.#makeRoom = makeRoom;
  }

  /** Bytes held now. */
  get used(): number {
    return this.#used;
  }

  /** Counts bytes that a record has taken, or given up. */
  change(bytes: number): void {
    this.#used += bytes;
  }

  /** Has room made until what is held is within the limit. */
  enforce(): void {
    while (this.#used > this.#limit && this.#makeRoom());
  }
}
