/** The filter patterns of CloudWatch Logs: JSON patterns with their operators, and plain terms. */
import { isRecord } from './input.ts';
import { invalid, type ServiceError } from './service-error.ts';

type Test = (root: unknown) => boolean;

/** What a pattern lets pass. @throws ServiceError `InvalidParameterException` */
export function compilePattern(pattern: string | undefined): (message: string) => boolean {
  const trimmed = pattern?.trim() ?? '';
  if (trimmed === '') return () => true;
  if (trimmed.length > 1_024) {
    throw invalid(`1 validation error detected: 'filterPattern' must have length less than or equal to 1024`);
  }
  if (!trimmed.startsWith('{')) return termTest(trimmed);
  const test = new JsonPattern(trimmed).parse();
  return (message) => {
    // Looking at the first character keeps a scan over foreign messages cheap.
    if (!message.trimStart().startsWith('{')) return false;
    try {
      return test(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

function bad(): ServiceError {
  return invalid('Invalid filter pattern');
}

/** Recursive descent over `{ ($.a = "x") && ($.b != 1 || $.c IS NULL) }`. */
class JsonPattern {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Test {
    this.#take('{');
    const test = this.#any();
    this.#take('}');
    if (this.#at !== this.#text.length) throw bad();
    return test;
  }

  #any(): Test {
    const parts = [this.#all()];
    while (this.#skip('||')) parts.push(this.#all());
    return (root) => parts.some((part) => part(root));
  }

  #all(): Test {
    const parts = [this.#one()];
    while (this.#skip('&&')) parts.push(this.#one());
    return (root) => parts.every((part) => part(root));
  }

  #one(): Test {
    if (this.#skip('(')) {
      const test = this.#any();
      this.#take(')');
      return test;
    }
    return this.#comparison();
  }

  #comparison(): Test {
    const find = this.#selector();
    const word = this.#match(/(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS)\b/y);
    if (word !== undefined) {
      const wanted = word.replaceAll(/\s+/g, ' ');
      if (wanted === 'NOT EXISTS') return (root) => find(root) === undefined;
      if (wanted === 'IS NULL') return (root) => find(root) === null;
      return (root) => find(root) === (wanted === 'IS TRUE');
    }
    const operator = this.#match(/!=|<=|>=|=|<|>/y);
    if (operator === undefined) throw bad();
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/y);
    if (quoted !== undefined) {
      if (operator !== '=' && operator !== '!=') throw bad();
      return equality(find, operator === '!=', onlyTexts(stringTest(quoted.slice(1, -1))), false);
    }
    const bare = this.#match(/[^\s()"{}&|]+/y);
    if (bare === undefined || bare.startsWith('%')) throw bad();
    const number = Number(bare);
    if (operator === '=' || operator === '!=') {
      const asText = stringTest(bare);
      const test = (value: string | number): boolean =>
        typeof value === 'number' && !Number.isNaN(number) ? value === number : asText(String(value));
      return equality(find, operator === '!=', test, true);
    }
    if (Number.isNaN(number)) throw bad();
    return (root) => {
      const value = find(root);
      if (typeof value !== 'number') return false;
      if (operator === '<') return value < number;
      if (operator === '>') return value > number;
      return operator === '<=' ? value <= number : value >= number;
    };
  }

  #selector(): (root: unknown) => unknown {
    this.#take('$');
    const steps: (string | number)[] = [];
    for (;;) {
      const step = this.#match(/\.[A-Za-z0-9_-]+|\[\d+\]|\['[^']*'\]/y, false);
      if (step === undefined) break;
      if (step.startsWith('.')) steps.push(step.slice(1));
      else if (step.startsWith("['")) steps.push(step.slice(2, -2));
      else steps.push(Number(step.slice(1, -1)));
    }
    if (steps.length === 0) throw bad();
    return (root) => {
      let value = root;
      for (const step of steps) {
        if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
        else value = isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
      }
      return value;
    };
  }

  #skip(token: string): boolean {
    this.#spaces();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #take(token: string): void {
    if (!this.#skip(token)) throw bad();
    if (token === '}') this.#spaces();
  }

  #match(pattern: RegExp, spaces = true): string | undefined {
    if (spaces) this.#spaces();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #spaces(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }
}

/** A field that is absent, null, an object or an array neither equals nor differs: it does not match. */
function equality(
  find: (root: unknown) => unknown,
  negated: boolean,
  test: (value: string | number) => boolean,
  numbers: boolean,
): Test {
  return (root) => {
    const value = find(root);
    if (typeof value === 'string' || (numbers && typeof value === 'number')) return test(value) !== negated;
    return false;
  };
}

/** `\` escapes the next character; an unescaped `*` at either end stands for anything. */
function stringTest(source: string): (value: string) => boolean {
  const opened = source.startsWith('*');
  const closed = source.length > 1 && source.endsWith('*') && !/(?:^|[^\\])(?:\\\\)*\\\*$/.test(source);
  const core = source.slice(opened ? 1 : 0, closed ? -1 : undefined).replaceAll(/\\(.)/gs, '$1');
  if (source === '*') return () => true;
  if (opened && closed) return (value) => value.includes(core);
  if (opened) return (value) => value.endsWith(core);
  if (closed) return (value) => value.startsWith(core);
  return (value) => value === core;
}

function onlyTexts(test: (value: string) => boolean): (value: string | number) => boolean {
  return (value) => typeof value === 'string' && test(value);
}

/** Terms: all of them, at least one of those with `?`, none of those with `-`. */
function termTest(pattern: string): (message: string) => boolean {
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  for (const [, sign = '', quoted, bare] of pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/g)) {
    if (bare !== undefined && !/^[\w]+$/.test(bare)) throw bad();
    const term = quoted === undefined ? (bare ?? '') : quoted.replaceAll(/\\(.)/gs, '$1');
    (sign === '?' ? any : sign === '-' ? none : all).push(term);
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}
