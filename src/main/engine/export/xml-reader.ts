/** A small streaming reader of XML, enough for workbooks: tags with attributes, texts with entities, nothing of DTDs. */

export interface XmlHandler {
  readonly open: (name: string, attributes: () => ReadonlyMap<string, string>) => void;
  readonly close: (name: string) => void;
  /** A piece of text; one text may come in several. */
  readonly text: (text: string) => void;
}

const ATTRIBUTE = /([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Feed it the document in pieces, in order. Names come without their prefix. */
export class XmlReader {
  readonly #handler: XmlHandler;
  #rest = '';

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  feed(piece: string): void {
    const xml = this.#rest + piece;
    let at = 0;
    for (;;) {
      const tag = xml.indexOf('<', at);
      if (tag === -1) break;
      if (tag > at) this.#handler.text(decode(xml.slice(at, tag)));
      const end = this.#markup(xml, tag);
      if (end === -1) {
        this.#rest = xml.slice(tag);
        return;
      }
      at = end;
    }
    // Text stays until its end is seen, so that no entity or line end is split.
    this.#rest = xml.slice(at);
  }

  /** Reads the markup at `tag`; returns the position after it, `-1` when it is not complete yet. */
  #markup(xml: string, tag: number): number {
    const special = SPECIAL.find(([start]) => xml.startsWith(start, tag));
    if (special !== undefined) {
      const [start, end] = special;
      const to = xml.indexOf(end, tag + start.length);
      if (to === -1) return -1;
      if (start === '<![CDATA[') this.#handler.text(xml.slice(tag + start.length, to));
      return to + end.length;
    }
    const to = xml.indexOf('>', tag);
    if (to === -1) return -1;
    if (xml[tag + 1] === '/') this.#handler.close(local(xml.slice(tag + 2, to)));
    else {
      const empty = xml[to - 1] === '/';
      const body = xml.slice(tag + 1, empty ? to - 1 : to);
      const name = local(/^[^\s]*/.exec(body)?.[0] ?? '');
      this.#handler.open(name, () => attributes(body));
      if (empty) this.#handler.close(name);
    }
    return to + 1;
  }
}

const SPECIAL = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

function attributes(body: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of body.matchAll(ATTRIBUTE))
    found.set(local(name), decode(double ?? single ?? ''));
  return found;
}

function local(name: string): string {
  return name.trim().replace(/^.*:/, '');
}

function decode(text: string): string {
  const lines = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  if (!lines.includes('&')) return lines;
  return lines.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi,
    (all, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? all;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
