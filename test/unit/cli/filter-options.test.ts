/** The flags of the command, and the filter that they mean. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addFilterOptions,
  addOrderOptions,
  filterFromFlags,
  orderFromFlags,
} from '../../../src/main/cli/filter-options.ts';
import { FILTER_FIELDS } from '../../../src/shared/event.ts';
import { EMPTY_FILTER, type Filter } from '../../../src/shared/filter.ts';

function flags(...args: readonly string[]): Record<string, unknown> {
  const command = addOrderOptions(addFilterOptions(new Command()));
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  return command.parse(args, { from: 'user' }).opts();
}

function filter(...args: readonly string[]): Filter {
  return filterFromFlags(flags(...args));
}

describe('the flags', () => {
  it('say nothing when there are none', () => {
    expect(filter()).toEqual(EMPTY_FILTER);
    expect(orderFromFlags(flags())).toEqual({
      sort: { field: 'timestamp', direction: 'asc' },
      limit: undefined,
      offset: 0,
    });
  });

  it.each(FILTER_FIELDS)('name %s, and its negation, once or more', (field) => {
    const flag = field.replaceAll('_', '-');
    expect(filter(`--${flag}=a`, `--${flag}`, 'b', `--not-${flag}=c`).conditions).toEqual([
      { field, values: ['a', 'b'], negate: false },
      { field, values: ['c'], negate: true },
    ]);
    expect(filter(`--${flag}=@empty`, `--not-${flag}=`).conditions).toEqual([{ field, values: [''], negate: false }]);
  });

  it('call the actor a user as well', () => {
    expect(filter('--user-id=a', '--actor=b', '--not-user-id=c').conditions).toEqual([
      { field: 'actor', values: ['b', 'a'], negate: false },
      { field: 'actor', values: ['c'], negate: true },
    ]);
  });

  it('part a path from its value at the first equals sign outside quotes', () => {
    expect(
      filter(
        '--where=result.new.title=a=b',
        '--where=payload."x=y"=z',
        '--where=payload.e=',
        '--not-where= payload.n =1',
      ).where,
    ).toEqual([
      { path: 'result.new.title', value: 'a=b', negate: false },
      { path: 'payload."x=y"', value: 'z', negate: false },
      { path: 'payload.e', value: '', negate: false },
      { path: 'payload.n', value: '1', negate: true },
    ]);
    for (const where of ['result.new', '=x', '', 'title=x', 'result."a=b'])
      expect(() => filter(`--where=${where}`)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('say time, zone, search, order and page', () => {
    expect(
      filter('--start-date=2024-03-01', '--end-date', '2024-03-31', '--timezone=Europe/Berlin', '--search= x '),
    ).toMatchObject({
      time_from: '2024-03-01',
      time_to: '2024-03-31',
      time_zone: 'Europe/Berlin',
      search: ' x ',
    });
    expect(orderFromFlags(flags('--sort=actor:desc', '--limit=0', '--offset=7'))).toEqual({
      sort: { field: 'actor', direction: 'desc' },
      limit: 0,
      offset: 7,
    });
    expect(orderFromFlags(flags('--sort=id')).sort).toEqual({ field: 'id', direction: 'asc' });
  });

  it.each([
    '--sort=x',
    '--sort=id:up',
    '--sort=id:asc:desc',
    '--limit=-1',
    '--limit=1.5',
    '--limit=',
    '--limit=9999999999999999',
    '--offset=x',
    '--nonsense',
  ])('%s is refused', (flag) => {
    expect(() => flags(flag)).toThrow(expect.objectContaining({ exitCode: 1 }));
  });
});
