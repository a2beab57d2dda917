import { isCalendarDate } from '../../common/calendar-date.js';
import { isStorable } from '../../common/plain-data.js';
import { OptionalText } from '../../common/validation.js';
import type { Texts } from '../../ui/texts/english/english.js';

export type FieldProblem = keyof Texts['account']['identity']['problems'];

/** What is wrong with the fields of a form, by their names. */
export type FieldProblems = Readonly<Record<string, FieldProblem | undefined>>;

/** A form that was refused: what was typed, and what is wrong. */
export interface RefusedForm<Form> {
  typed: Form;
  fields: FieldProblems;
  problem: string;
}

// Whatever was typed passes on, so that it is shown again with what is wrong about it.
const typed = { anyCharacters: true, numbers: false };

export class ProfileForm {
  @OptionalText(typed) first_name?: string;
  @OptionalText(typed) last_name?: string;
  @OptionalText(typed) dob?: string;
  @OptionalText(typed) address?: string;
  @OptionalText(typed) postcode?: string;
  @OptionalText(typed) city?: string;
  @OptionalText(typed) country?: string;
}

/** The picture comes beside it. */
export class DocumentForm {
  @OptionalText(typed) doc_type?: string;
  @OptionalText(typed) doc_number?: string;
  @OptionalText(typed) doc_expire?: string;
}

/** What the REST API refuses before it asks the services; empty when there is nothing. */
export function problemsOfProfile(form: ProfileForm): FieldProblems {
  const { postcode = '', ...required } = form;
  const { first_name, last_name, dob, address, city, country } = required;
  return withoutNone({
    ...textProblems({ first_name, last_name, dob, address, city, country }),
    ...(!isStorable(postcode) && { postcode: 'invalid' as const }),
    ...dateProblem('dob', dob),
  });
}

export function problemsOfDocument({ doc_type, doc_number, doc_expire }: DocumentForm): FieldProblems {
  return withoutNone({
    ...textProblems({ doc_type, doc_number, doc_expire }),
    ...dateProblem('doc_expire', doc_expire),
  });
}

function textProblems(texts: Readonly<Record<string, string | undefined>>): FieldProblems {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, textProblem(text)]));
}

function textProblem(text: string | undefined): FieldProblem | undefined {
  if (text === undefined) return 'missing';
  return isStorable(text) ? undefined : 'invalid';
}

function dateProblem(name: string, text: string | undefined): FieldProblems {
  return text === undefined || isCalendarDate(text) ? {} : { [name]: 'invalid' };
}

function withoutNone(problems: FieldProblems): FieldProblems {
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined));
}
