/** How a client may send the same parameters; texts only. */
export const ENCODINGS: [name: string, encode: (body: Record<string, string>) => unknown][] = [
  ['JSON', (body) => body],
  ['a form', (body) => new URLSearchParams(body)],
  ['multipart', multipart],
];

export function multipart(body: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.set(name, value);
  return form;
}
