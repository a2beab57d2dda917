const LONGEST_TEXT = 255;
const LONGEST_ADDRESS = 1024;
/** Of what people say about themselves beyond the fields: texts and numbers. */
export const METADATA_LIMITS = { maxDepth: 3, maxBytes: 8192 };

export interface ProfileTexts {
  first_name: string;
  last_name: string;
  address: string;
  /** Blank may arrive as null. */
  postcode: string | null;
  city: string;
  country: string;
}

/** Sentences about texts that are longer than anything a person has to tell; empty when there are none. */
export function lengthProblems(texts: ProfileTexts): string[] {
  return [
    ...tooLong('First name', texts.first_name, LONGEST_TEXT),
    ...tooLong('Last name', texts.last_name, LONGEST_TEXT),
    ...tooLong('Address', texts.address, LONGEST_ADDRESS),
    ...tooLong('Postcode', texts.postcode ?? '', LONGEST_TEXT),
    ...tooLong('City', texts.city, LONGEST_TEXT),
    ...tooLong('Country', texts.country, LONGEST_TEXT),
  ];
}

function tooLong(name: string, text: string, longest: number): string[] {
  return [...text].length > longest ? [`${name} is too long (maximum is ${longest} characters)`] : [];
}
