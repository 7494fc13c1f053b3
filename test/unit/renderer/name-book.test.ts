/** Names of ids on screen: asked for together, only for what is still in sight, one question at a time. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NamedId } from '../../../src/shared/analysis-schemas.ts';
import { NameBook } from '../../../src/renderer/model/name-book.ts';

function named(id: string, label = `Name of ${id}`): NamedId {
  const best = {
    name: '',
    title: label,
    kind: '',
    origin: 'state',
    where: '',
    n: 0,
    first_seen: null,
    last_seen: null,
  } as const;
  return { id, label, best, changed: false, others: [] };
}

function nothing(): void {}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(500);

describe('a name book', () => {
  it('asks once for all that is listened to, and tells who listens', async () => {
    const asked: (readonly string[])[] = [];
    const book = new NameBook(nothing);
    book.turnTo('a', (ids) => {
      asked.push(ids);
      return Promise.resolve(ids.filter((id) => id !== 'none').map((id) => named(id)));
    });
    const told: string[] = [];
    for (const id of ['x', 'y', 'none']) book.subscribe(id, () => told.push(id));
    await settle();
    expect(asked).toEqual([['x', 'y', 'none']]);
    expect(told.toSorted()).toEqual(['none', 'x', 'y']);
    expect([book.get('x')?.label, book.get('none')]).toEqual(['Name of x', undefined]);
    book.subscribe('none', nothing);
    await settle();
    expect(asked).toHaveLength(1);
  });

  it('does not ask for what scrolled past before it was asked', async () => {
    const asked: (readonly string[])[] = [];
    const book = new NameBook(nothing);
    book.turnTo('a', (ids) => {
      asked.push(ids);
      return Promise.resolve([]);
    });
    for (let index = 0; index < 1_000; index += 1) book.subscribe(`past-${String(index)}`, nothing)();
    book.subscribe('here', nothing);
    await settle();
    expect(asked).toEqual([['here']]);
  });

  it('has one question under way at a time', async () => {
    let [running, most] = [0, 0];
    const book = new NameBook(nothing);
    book.turnTo('a', async (ids) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      running -= 1;
      return ids.map((id) => named(id));
    });
    for (const id of ['a', 'b', 'c']) {
      book.subscribe(id, nothing);
      await vi.advanceTimersByTimeAsync(60);
    }
    await settle();
    expect(most).toBe(1);
    expect(['a', 'b', 'c'].map((id) => book.get(id)?.label)).toEqual(['Name of a', 'Name of b', 'Name of c']);
  });

  it('shows what was known until the next one has answered, and forgets what that one does not know', async () => {
    const book = new NameBook(nothing);
    book.turnTo('a', (ids) => Promise.resolve(ids.map((id) => named(id, 'old'))));
    book.subscribe('x', nothing);
    book.subscribe('y', nothing);
    await settle();
    book.turnTo('b', (ids) => Promise.resolve(ids.includes('x') ? [named('x', 'new')] : []));
    expect([book.get('x')?.label, book.get('y')?.label]).toEqual(['old', 'old']);
    await settle();
    expect([book.get('x')?.label, book.get('y')?.label]).toEqual(['new', undefined]);
  });

  it('drops the answer of one that nobody asks any more', async () => {
    const book = new NameBook(nothing);
    const first = Promise.withResolvers<readonly NamedId[]>();
    book.turnTo('a', () => first.promise);
    book.subscribe('x', nothing);
    await settle();
    book.turnTo('b', () => Promise.resolve([named('x', 'second')]));
    await settle();
    first.resolve([named('x', 'first')]);
    await settle();
    expect(book.get('x')?.label).toBe('second');
  });

  it('says when asking failed, and does not ask over and over', async () => {
    const errors: unknown[] = [];
    let asked = 0;
    const book = new NameBook((error) => errors.push(error));
    book.turnTo('a', () => {
      asked += 1;
      return Promise.reject(new Error('gone'));
    });
    book.subscribe('x', nothing);
    await settle();
    await settle();
    expect([errors.length, asked]).toEqual([1, 1]);
  });
});
