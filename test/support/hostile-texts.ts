/** Texts that try to run, to lead away, to be filled in, to turn, to hide, to pile up or to burst what shows them. */

/** What a text calls when it manages to run: the trap in the page counts it. */
export const TRAP = 'hostileTextRan';

const run = (what: string): string => `${TRAP}('${what}')`;

export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  html: `<img src=x onerror="${run('img')}"><script>${run('script')}</script><b style="position:fixed;inset:0">bold</b>`,
  attribute: `" onmouseover="${run('attribute')}" autofocus onfocus='${run('focus')}' x="`,
  svg: `<svg onload="${run('svg')}"><foreignObject><iframe src="javascript:${run('frame')}"></iframe></foreignObject></svg>`,
  style: `</style><style>*{display:none}</style><link rel=stylesheet href=//example.org/x.css>`,
  link: `javascript:${run('link')}//https://example.org/`,
  data: `data:text/html,<script>${run('data')}</script>`,
  placeholders: `{{value}} {{name}} {{count}} {{- x}} $t(app.name) $t(common.copy, {"a":1}) {n, plural, other {#}} <0>x</0> \${${run('template')}} %s %n`,
  replacement: "$& $1 $` $' $$ \\0",
  override: '\u202egnp.yrtne\u202c \u202d x',
  isolate: '\u2067\u2066\u2068 never closed',
  marks: '\u200f\u200e\u061c',
  rightToLeft: 'שלום 123 (abc) مرحبا',
  invisible: 'ad\u200bmin\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\u115f\u1160\u3164\uffa0\u{e0041}\u{e0100}',
  zalgo: `Z${'\u0300\u0321\u0489\u0336'.repeat(60)}a${'\u0610\u064b\u20d2'.repeat(60)}`,
  terminal: '\u0000\u001b[31mred\u001b[2J\u001b]8;;http://example.org\u0007\u009b1m\u007f\b\b',
  lines: 'one\ntwo\r\nthree\rfour\tfive\u2028six\u0085seven\v\f',
  surrogates: 'a\ud800b\udc00c',
  wide: 'W'.repeat(5_000),
  words: 'wide words '.repeat(500),
  emoji: '👩🏽‍💻🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  inherited: '__proto__',
  constructor: 'constructor',
};

/** Characters that no text on screen may hold, in whatever attribute: they turn or hide what stands beside them. */
export const NEVER_SHOWN =
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2067\ufeff]/u;

/** More marks on one letter than any writing has. */
export const PILED = /\p{M}{9}/u;
