/** The different texts of some rows, under which paths they came, and the rows of each, while they are gathered. */

/** Rows of one run are numbered with 16 bits. */
export const MAX_ROWS = 65_536;
/** The group of what a record has beside the fields of an event; the other groups are below it. */
export const FURTHER_GROUP = 4_096;

const FIRST_SLOTS = 1 << 15;
const FIRST_BYTES = 1 << 20;

/** A text in one group is a unit: rows that have the same one are alike there. */
export class UnitTable {
  /** All texts, one after the other. */
  bytes = new Uint8Array(FIRST_BYTES);
  /** Where each text begins; the next one begins where it ends. */
  starts = new Uint32Array(FIRST_SLOTS / 2);
  /** The first unit of each text, and the next one of the same text + 1. */
  firstUnits = new Uint32Array(FIRST_SLOTS / 2);
  nextUnits = new Uint32Array(FIRST_SLOTS / 2);
  texts = 0;
  groups = new Uint16Array(FIRST_SLOTS / 2);
  /** What a unit's value is known by. */
  values = new Uint32Array(FIRST_SLOTS / 2);
  /** How many rows have each unit. */
  counts = new Uint32Array(FIRST_SLOTS / 2);
  units = 0;
  /** Every unit of every row, in the order in which they came. */
  loggedUnits = new Uint32Array(FIRST_SLOTS);
  loggedRows = new Uint16Array(FIRST_SLOTS);
  logged = 0;
  #hashes = new Int32Array(FIRST_SLOTS / 2);
  #lastRows = new Int32Array(FIRST_SLOTS / 2);
  /** A text's number + 1. */
  #slots = new Uint32Array(FIRST_SLOTS);

  /** How many bytes the texts have. */
  get length(): number {
    return this.starts[this.texts] ?? 0;
  }

  /** A row has a text in a group. */
  add(source: Uint8Array, from: number, to: number, group: number, value: number, row: number): void {
    const text = this.#textOf(source, from, to, group, value);
    let unit = this.firstUnits[text] ?? 0;
    while (this.groups[unit] !== group) {
      const next = (this.nextUnits[unit] ?? 0) - 1;
      if (next < 0) {
        this.nextUnits[unit] = this.#newUnit(group, value) + 1;
        unit = this.units - 1;
        break;
      }
      unit = next;
    }
    this.#log(unit, row);
  }

  clear(): void {
    this.texts = 0;
    this.units = 0;
    this.logged = 0;
    this.#slots.fill(0);
  }

  /** The number of a text; a new one has one unit, which has no rows. */
  #textOf(source: Uint8Array, from: number, to: number, group: number, value: number): number {
    // What is not of JSON has texts of its own.
    const isFurther = group === FURTHER_GROUP;
    let hash = isFurther ? 1 : 0x811c_9dc5 | 0;
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (source[at] ?? 0), 0x0100_0193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x735a_2d97);
    hash ^= hash >>> 13;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const text = (this.#slots[slot] ?? 0) - 1;
      if (text < 0) break;
      if (this.#hashes[text] === hash && this.#is(text, source, from, to, isFurther)) return text;
      slot = (slot + 1) & mask;
    }
    const text = this.texts;
    this.#makeRoom(to - from);
    const start = this.length;
    this.bytes.set(source.subarray(from, to), start);
    this.starts[text + 1] = start + to - from;
    this.#hashes[text] = hash;
    this.firstUnits[text] = this.#newUnit(group, value);
    this.texts += 1;
    this.#slots[slot] = this.texts;
    if (this.texts * 2 > this.#slots.length) this.#spread();
    return text;
  }

  #newUnit(group: number, value: number): number {
    const unit = this.units;
    if (unit === this.groups.length) {
      const size = unit * 2;
      this.groups = grown(this.groups, new Uint16Array(size));
      this.values = grown(this.values, new Uint32Array(size));
      this.counts = grown(this.counts, new Uint32Array(size));
      this.nextUnits = grown(this.nextUnits, new Uint32Array(size));
      this.#lastRows = grown(this.#lastRows, new Int32Array(size));
    }
    this.groups[unit] = group;
    this.values[unit] = value;
    this.counts[unit] = 0;
    this.nextUnits[unit] = 0;
    this.#lastRows[unit] = -1;
    this.units += 1;
    return unit;
  }

  #is(text: number, source: Uint8Array, from: number, to: number, isFurther: boolean): boolean {
    const start = this.starts[text] ?? 0;
    if ((this.starts[text + 1] ?? 0) - start !== to - from) return false;
    if ((this.groups[this.firstUnits[text] ?? 0] === FURTHER_GROUP) !== isFurther) return false;
    const { bytes } = this;
    for (let at = from, own = start; at < to; at += 1, own += 1) if (bytes[own] !== source[at]) return false;
    return true;
  }

  #log(unit: number, row: number): void {
    if (this.#lastRows[unit] === row) return;
    this.#lastRows[unit] = row;
    this.counts[unit] = (this.counts[unit] ?? 0) + 1;
    if (this.logged === this.loggedUnits.length) {
      this.loggedUnits = grown(this.loggedUnits, new Uint32Array(this.logged * 2));
      this.loggedRows = grown(this.loggedRows, new Uint16Array(this.logged * 2));
    }
    this.loggedUnits[this.logged] = unit;
    this.loggedRows[this.logged] = row;
    this.logged += 1;
  }

  #makeRoom(more: number): void {
    const needed = this.length + more;
    if (needed > this.bytes.length) {
      this.bytes = grown(this.bytes, new Uint8Array(Math.max(needed, this.bytes.length * 2)));
    }
    if (this.texts + 2 <= this.starts.length) return;
    const size = this.starts.length * 2;
    this.starts = grown(this.starts, new Uint32Array(size));
    this.firstUnits = grown(this.firstUnits, new Uint32Array(size));
    this.#hashes = grown(this.#hashes, new Int32Array(size));
  }

  #spread(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let text = 0; text < this.texts; text += 1) {
      let slot = (this.#hashes[text] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = text + 1;
    }
    this.#slots = slots;
  }
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
