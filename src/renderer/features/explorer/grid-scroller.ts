/** Holds where the grid is scrolled to, over any number of rows; see `model/scroll-scale.ts` for how. */
import {
  clampVirtual,
  isScaled,
  revealRow,
  scrollScale,
  trackFromVirtual,
  virtualFromTrack,
  visibleRows,
  type ScrollScale,
} from '../../model/scroll-scale.ts';

export interface ScrollState {
  readonly scale: ScrollScale;
  readonly rowHeight: number;
  /** Where the rows are, in pixels of their true height. */
  readonly top: number;
  /** Where the scroll bar stands. */
  readonly track: number;
}

const LINE_PIXELS = 28;

/** Rows and scroll bar are only ever changed together, so that rows are drawn where the track really is. */
export class GridScroller {
  #node: HTMLElement | undefined;
  #rows = 0;
  #shift = 0;
  #echo: number | undefined;
  #state: ScrollState = { scale: scrollScale(0, 1, 0), rowHeight: 1, top: 0, track: 0 };
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ScrollState => this.#state;

  /** Works on an element whose top `header` pixels cover no rows. Returns a function that lets it go. */
  attach(node: HTMLElement, header: number): () => void {
    this.#node = node;
    const measure = (): void => this.#rescale(this.#rows, this.#state.rowHeight, node.clientHeight - header);
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    node.addEventListener('scroll', this.#onScroll, { passive: true });
    node.addEventListener('wheel', this.#onWheel, { passive: false });
    measure();
    return () => {
      observer.disconnect();
      node.removeEventListener('scroll', this.#onScroll);
      node.removeEventListener('wheel', this.#onWheel);
      this.#node = undefined;
    };
  }

  /** Says how many rows of which height there are. The position stays, unless it lies behind the end now. */
  resize(rows: number, rowHeight: number): void {
    // Other heights: the row at the top stays at the top.
    const factor = rowHeight / this.#state.rowHeight;
    if (factor !== 1) this.#publish({ ...this.#state, top: this.#state.top * factor });
    // The new number of rows is what makes room for those that were put in.
    if (this.#shift !== 0) this.#publish({ ...this.#state, top: this.#state.top + this.#shift * rowHeight });
    this.#shift = 0;
    this.#rescale(rows, rowHeight, this.#state.scale.viewport);
  }

  goTo(wanted: number): void {
    const { scale } = this.#state;
    const top = Math.round(clampVirtual(scale, wanted));
    let track = Math.min(top, scale.track);
    if (this.#node !== undefined) {
      this.#node.scrollTop = trackFromVirtual(scale, top);
      // The browser rounds; what it reports back is what its own event will carry.
      track = this.#node.scrollTop;
      this.#echo = track;
    }
    this.#publish({ ...this.#state, top, track });
  }

  /** How many rows are above what is in sight. */
  topRow(): number {
    return this.#state.top / this.#state.rowHeight;
  }

  /** Goes to another tab's place among rows whose number is only told after this. */
  place(row: number): void {
    this.#shift = 0;
    this.#publish({ ...this.#state, top: Math.round(row * this.#state.rowHeight) });
    queueMicrotask(() => this.goTo(this.#state.top));
  }

  /** First and last row in sight, partly seen ones too. */
  range(): { readonly first: number; readonly last: number } {
    const { scale, top, rowHeight } = this.#state;
    return visibleRows(scale, top, rowHeight);
  }

  /** Says that rows were put in before what is looked at: it stays where it is on screen. */
  shift(rows: number): void {
    this.#shift += rows;
    // As many rows as before, in another order: nobody will say that their number changed.
    requestAnimationFrame(() => this.resize(this.#rows, this.#state.rowHeight));
  }

  /** Scrolls no further than it takes to see the whole row. */
  reveal(row: number): void {
    const { scale, top, rowHeight } = this.#state;
    const to = revealRow(scale, top, row, rowHeight);
    if (to !== top) this.goTo(to);
  }

  readonly #onScroll = (): void => {
    const node = this.#node;
    if (node === undefined || (this.#echo !== undefined && Math.abs(node.scrollTop - this.#echo) < 1)) return;
    this.#echo = undefined;
    const top = Math.round(virtualFromTrack(this.#state.scale, node.scrollTop));
    this.#publish({ ...this.#state, top, track: node.scrollTop });
  };

  // On a shortened track the wheel would fly past hundreds of rows, so its distance is applied to the rows themselves.
  readonly #onWheel = (event: WheelEvent): void => {
    const node = this.#node;
    if (node === undefined || !isScaled(this.#state.scale)) return;
    if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE_PIXELS : event.deltaMode === 2 ? node.clientHeight : 1;
    this.goTo(this.#state.top + event.deltaY * unit);
    if (event.deltaX !== 0) node.scrollLeft += event.deltaX;
  };

  #rescale(rows: number, rowHeight: number, viewport: number): void {
    this.#rows = rows;
    this.#publish({ ...this.#state, rowHeight, scale: scrollScale(rows, rowHeight, Math.max(0, viewport)) });
    // After the track has its new height on screen: it can't be scrolled further than it is.
    queueMicrotask(() => this.goTo(this.#state.top));
  }

  #publish(state: ScrollState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
