import { isCalendarDate } from './calendar-date.js';
import { isStorable } from './plain-data.js';
import { type Documentation, documentation, isBlank, parameter } from './validation.js';

/** One of a few words that must be sent; any other is invalid. */
export const Choice = (choices: readonly string[], options: Documentation = {}) =>
  parameter(
    'choice',
    (raw) => raw,
    (value) => {
      if (value === undefined) return 'missing';
      if (isBlank(value)) return 'empty';
      return isOneOf(choices, value) ? undefined : 'invalid';
    },
    documentation(options, { enum: [...choices], required: true }),
  );

/** One of a few words, or left out; blank counts as that. */
export const OptionalChoice = (choices: readonly string[], options: Documentation = {}) =>
  parameter(
    'optionalChoice',
    (raw) => (isBlank(raw) ? undefined : raw),
    (value) => (value === undefined || isOneOf(choices, value) ? undefined : 'invalid'),
    documentation(options, { enum: [...choices], required: false }),
  );

/** `true` or `false`, in forms as text; blank counts as left out. */
export const OptionalFlag = (options: Documentation = {}) =>
  parameter(
    'optionalFlag',
    (raw) => (isBlank(raw) ? undefined : raw === 'true' ? true : raw === 'false' ? false : raw),
    (value) => (value === undefined || typeof value === 'boolean' ? undefined : 'invalid'),
    documentation(options, { type: Boolean, required: false }),
  );

/** A text that may be left out; blank or null arrives as null and takes away what is there. */
export const ClearableText = (options: Documentation & { max: number }) =>
  parameter(
    'clearableText',
    (raw) => (raw !== undefined && isBlank(raw) ? null : raw),
    (value) => (value === undefined || value === null || isText(value, options.max) ? undefined : 'invalid'),
    documentation(options, { type: String, required: false, nullable: true }),
  );

const LONGEST_LIST = 100;
const LONGEST_ITEM = 2048;

/** Texts, in forms `name[]=…` as often as needed; may be left out. One text alone is a list of one, blank an empty one. */
export const OptionalTextList = (options: Documentation = {}) =>
  parameter(
    'optionalTextList',
    readTextList,
    (value) => (value === undefined || isTextList(value) ? undefined : 'invalid'),
    documentation(options, { type: [String], required: false }),
  );

/** A day (`yyyy-mm-dd`, its first moment by UTC) or a moment with its zone (RFC 3339); may be left out. Arrives as Date. */
export const OptionalMoment = (options: Documentation = {}) =>
  parameter(
    'optionalMoment',
    (raw) => (isBlank(raw) ? undefined : readMoment(raw)),
    (value) => (value === undefined || value instanceof Date ? undefined : 'invalid'),
    documentation(options, { type: String, format: 'date-time', required: false }),
  );

const TIME = /^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

function isOneOf(choices: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && choices.includes(value);
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max && isStorable(value);
}

function readTextList(raw: unknown): unknown {
  if (isBlank(raw)) return raw === undefined ? undefined : [];
  return typeof raw === 'string' ? [raw] : raw;
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.length <= LONGEST_LIST && value.every((item) => isText(item, LONGEST_ITEM));
}

function readMoment(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  const [day, time] = [raw.trim().slice(0, 10), raw.trim().slice(10)];
  return isCalendarDate(day) && (time === '' || TIME.test(time)) ? new Date(day + time) : raw;
}
