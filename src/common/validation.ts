import { ValidationPipe } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationError } from 'class-validator';
import { isCalendarDate } from './calendar-date.js';
import { type DataLimits, isPlainData, isStorable } from './plain-data.js';
import { RequestErrors } from './request-errors.js';

/**
 * Parameters in the words of the contract. Each decorator puts a single class-validator constraint on its
 * property, so that a parameter has at most one thing to complain about: `… is missing` when it was not sent,
 * `… is empty` when it is blank or null, `… is invalid` when it can't be read as its type.
 */
type Problem = 'missing' | 'empty' | 'invalid';

/** Reads a raw value as its type where that is possible; anything else stays as it is, for `check` to refuse. */
export type Reader = (raw: unknown) => unknown;
export type Check = (value: unknown) => Problem | undefined;

/** What a parameter's page in the OpenAPI description says. */
export interface Documentation {
  description?: string;
  example?: unknown;
}

export function parameter(name: string, read: Reader, check: Check, docs: ApiPropertyOptions): PropertyDecorator {
  // Not its `value`, a copy that lacks keys such as `toString`: class-transformer takes them for methods.
  const transform = Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => read(obj[key]));
  const validate = ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => check(value) === undefined,
      defaultMessage: (args) => `${args?.property ?? ''} is ${check(args?.value) ?? 'invalid'}`,
    },
  });
  return (target, property) => {
    transform(target, property);
    validate(target, property);
    ApiProperty(docs)(target, property);
  };
}

export interface TextOptions extends Documentation {
  /** Blank text passes on to the domain, which has words of its own for it. */
  blank?: boolean;
  /** A JSON number is read as text. Off for passwords: 12345678 and "12345678" must not be one password. */
  numbers?: boolean;
  /** Longest text that is read, in UTF-16 units. */
  max?: number;
  /** NUL, lone surrogates and any length pass on too; whoever asks for this must judge them before the database does. */
  anyCharacters?: boolean;
}

/** Longest text any parameter takes unless it says otherwise: far above every legitimate value. */
const DEFAULT_MAX_TEXT = 4096;

const readText = (options: TextOptions): Reader => {
  const numbers = options.numbers ?? true;
  return (raw) => (numbers && typeof raw === 'number' ? String(raw) : raw);
};

function checkText(value: unknown, options: TextOptions): Problem | undefined {
  if (value === null) return options.blank ? undefined : 'empty';
  if (typeof value !== 'string') return 'invalid';
  if (!options.blank && value.trim() === '') return 'empty';
  if (options.anyCharacters) return undefined;
  return value.length > (options.max ?? DEFAULT_MAX_TEXT) || !isStorable(value) ? 'invalid' : undefined;
}

/** A text that must be sent. With `blank`, null arrives as null; the DTO's user treats it as blank. */
export const Text = (options: TextOptions = {}) =>
  parameter(
    'text',
    readText(options),
    (value) => (value === undefined ? 'missing' : checkText(value, options)),
    documentation(options, { type: String, required: true }),
  );

/** A text that may be left out; blank counts as left out and arrives as undefined. */
export const OptionalText = (options: TextOptions = {}) => {
  const read = readText(options);
  return parameter(
    'optionalText',
    (raw) => (isBlank(raw) ? undefined : read(raw)),
    (value) => (value === undefined ? undefined : checkText(value, options)),
    documentation(options, { type: String, required: false }),
  );
};

/** A date that must be sent, `yyyy-mm-dd`. It stays text, so that no time zone moves it. */
export const DateText = (options: Documentation = {}) =>
  parameter(
    'date',
    (raw) => raw,
    (value) => {
      if (value === undefined) return 'missing';
      return checkText(value, {}) ?? (isCalendarDate(value as string) ? undefined : 'invalid');
    },
    documentation(options, { type: String, format: 'date', required: true }),
  );

/** An object of texts, numbers and such objects, in forms `name[key]=value`; may be left out, blank counts as that. */
export const OptionalObject = (options: Documentation & DataLimits) =>
  parameter(
    'optionalObject',
    (raw) => (isBlank(raw) ? undefined : raw),
    (value) => (value === undefined || isPlainData(value, options) ? undefined : 'invalid'),
    documentation(options, { type: 'object', additionalProperties: true, required: false }),
  );

/** A whole number, in JSON as number or text; blank counts as left out. Outside min..max it is invalid. */
export const OptionalInteger = (options: IntegerOptions = {}) =>
  parameter(
    'optionalInteger',
    readInteger,
    (value) => (value === undefined || isWithin(value, options) ? undefined : 'invalid'),
    documentation(options, { type: 'integer', required: false, minimum: options.min, maximum: options.max }),
  );

export interface IntegerOptions extends Documentation {
  min?: number;
  max?: number;
}

function isWithin(value: unknown, { min = -Infinity, max = Infinity }: IntegerOptions): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

export function documentation({ description, example }: Documentation, schema: object): ApiPropertyOptions {
  return { ...schema, ...(description && { description }), ...(example !== undefined && { example }) };
}

function readInteger(raw: unknown): unknown {
  if (isBlank(raw)) return undefined;
  return typeof raw === 'string' && /^-?\d{1,15}$/.test(raw.trim()) ? Number(raw) : raw;
}

export function isBlank(raw: unknown): boolean {
  return raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');
}

function sentencesOf(errors: ValidationError[]): string[] {
  return errors.flatMap((error) => [...Object.values(error.constraints ?? {}), ...sentencesOf(error.children ?? [])]);
}

/** The one pipe: unknown parameters are dropped, nothing is converted silently, refusals are one sentence a parameter. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false, exposeUnsetFields: false },
    exceptionFactory: (errors) => RequestErrors.invalidParameters(sentencesOf(errors)),
  });
}
