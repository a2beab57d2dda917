import type { AppError } from '../../common/app-error.js';
import type { FieldProblem, FieldProblems } from './identity-forms.js';

/** Refusals that are about one field. */
const BY_CODE: Readonly<Record<string, readonly [field: string, problem: FieldProblem] | undefined>> = {
  'profile.invalid_dob': ['dob', 'age'],
  'document.not_an_image': ['upload', 'notAnImage'],
  'document.too_many_pixels': ['upload', 'tooManyPixels'],
  'request.too_large': ['upload', 'tooLarge'],
};

/** How the services' sentences call the fields, and what they say of them. */
const FIELDS: readonly (readonly [name: string, field: string])[] = [
  ['First name', 'first_name'],
  ['Last name', 'last_name'],
  ['Address', 'address'],
  ['Postcode', 'postcode'],
  ['City', 'city'],
  ['Country', 'country'],
  ['Doc type', 'doc_type'],
  ['Doc number', 'doc_number'],
  ['Doc expire', 'doc_expire'],
  ['Upload', 'upload'],
];
const PROBLEMS: readonly (readonly [words: string, problem: FieldProblem])[] = [
  ['is too long', 'tooLong'],
  ['has passed', 'past'],
  ["can't be blank", 'missing'],
  ['is not included', 'missing'],
];

/** The fields that a refusal of the services is about; empty when it is about something else. */
export function fieldsOf(refusal: AppError): FieldProblems {
  const single = BY_CODE[refusal.code];
  if (single) return { [single[0]]: single[1] };
  if (refusal.code !== 'profile.invalid' && refusal.code !== 'document.invalid') return {};
  const sentences = refusal.sentences.flatMap((sentence) => sentence.split(', '));
  return Object.fromEntries(sentences.flatMap(fieldOf));
}

function fieldOf(sentence: string): (readonly [field: string, problem: FieldProblem])[] {
  const field = FIELDS.find(([name]) => sentence.startsWith(`${name} `))?.[1];
  const problem = PROBLEMS.find(([words]) => sentence.includes(words))?.[1];
  return field === undefined || problem === undefined ? [] : [[field, problem]];
}
