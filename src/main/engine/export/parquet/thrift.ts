/** Thrift’s compact protocol, as far as a Parquet file’s footer and page headers need it: written, never read. */

const TRUE = 1;
const FALSE = 2;
const INT32 = 5;
const INT64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** A value with its type. */
export type ThriftValue =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'i32'; readonly value: number }
  | { readonly type: 'i64'; readonly value: bigint }
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'list'; readonly of: 'i32' | 'binary' | 'struct'; readonly value: readonly ThriftValue[] }
  | { readonly type: 'struct'; readonly fields: readonly (readonly [number, ThriftValue])[] };

export const i32 = (value: number): ThriftValue => ({ type: 'i32', value });
export const i64 = (value: number | bigint): ThriftValue => ({ type: 'i64', value: BigInt(value) });
export const bool = (value: boolean): ThriftValue => ({ type: 'bool', value });
export const binary = (value: string | Uint8Array): ThriftValue => ({
  type: 'binary',
  value: typeof value === 'string' ? Buffer.from(value) : value,
});
export const list = (of: 'i32' | 'binary' | 'struct', value: readonly ThriftValue[]): ThriftValue => ({
  type: 'list',
  of,
  value,
});
/** Fields by their numbers, ascending; those without a value are left out. */
export function struct(...fields: readonly (readonly [number, ThriftValue | undefined])[]): ThriftValue {
  return {
    type: 'struct',
    fields: fields.flatMap(([id, value]) => (value === undefined ? [] : [[id, value] as const])),
  };
}

export function thriftBytes(value: ThriftValue): Buffer {
  const out: Uint8Array[] = [];
  write(out, value);
  return Buffer.concat(out);
}

function write(out: Uint8Array[], value: ThriftValue): void {
  switch (value.type) {
    case 'bool':
      out.push(Uint8Array.of(value.value ? TRUE : FALSE));
      break;
    case 'i32':
      out.push(varint(zigzag(BigInt(value.value))));
      break;
    case 'i64':
      out.push(varint(zigzag(value.value)));
      break;
    case 'binary':
      out.push(varint(BigInt(value.value.length)), value.value);
      break;
    case 'list': {
      const { length } = value.value;
      const type = { i32: INT32, binary: BINARY, struct: STRUCT }[value.of];
      out.push(Uint8Array.of((Math.min(length, 15) << 4) | type));
      if (length >= 15) out.push(varint(BigInt(length)));
      for (const each of value.value) write(out, each);
      break;
    }
    case 'struct':
      writeFields(out, value.fields);
      break;
  }
}

function writeFields(out: Uint8Array[], fields: readonly (readonly [number, ThriftValue])[]): void {
  let before = 0;
  for (const [id, value] of fields) {
    const type = typeOf(value);
    const step = id - before;
    if (step < 1 || step > 15) throw new RangeError('The fields of a structure are ascending and close together');
    out.push(Uint8Array.of((step << 4) | type));
    // A truth is told by its type alone.
    if (value.type !== 'bool') write(out, value);
    before = id;
  }
  out.push(Uint8Array.of(0));
}

function typeOf(value: ThriftValue): number {
  if (value.type === 'bool') return value.value ? TRUE : FALSE;
  return { i32: INT32, i64: INT64, binary: BINARY, list: LIST, struct: STRUCT }[value.type];
}

function zigzag(value: bigint): bigint {
  return value >= 0n ? value << 1n : (-value << 1n) - 1n;
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
