/** Reads the fields of a request's JSON body, refusing those of a wrong type as the service does. */
import { ServiceError } from './service-error.ts';

export type Input = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(name: string, value: unknown): ServiceError {
  return new ServiceError(
    'InvalidParameterException',
    `1 validation error detected: Value '${String(value)}' at '${name}' failed to satisfy constraint`,
  );
}

export function text(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') throw wrong(name, value);
  return value;
}

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw wrong(name, value);
  return value;
}

export function optionalInteger(input: Input, name: string, min: number, max: number): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) throw wrong(name, value);
  return value;
}

export function optionalTexts(input: Input, name: string): readonly string[] | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0 || value.length > 100) throw wrong(name, value);
  return value.map((each: unknown) => {
    if (typeof each !== 'string') throw wrong(name, each);
    return each;
  });
}
