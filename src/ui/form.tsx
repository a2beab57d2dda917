import type { ComponentChildren } from 'preact';

export interface FormProps {
  /** Path on this server. */
  action: string;
  submit: string;
  children?: ComponentChildren;
}

/** A form that posts to ourselves; which page may post is checked by `SameOrigin`. */
export function Form({ action, submit, children }: FormProps) {
  return (
    <form method="post" action={action}>
      {children}
      <button type="submit">{submit}</button>
    </form>
  );
}

export interface FieldProps {
  name: string;
  label: string;
  type: 'text' | 'email' | 'password';
  autocomplete: string;
  hint?: string;
  /** What is wrong with it; shown below and told to screen readers. */
  problem?: string | undefined;
  minlength?: number;
}

/** A labelled input with its hint or problem. */
export function Field({ name, label, type, autocomplete, hint, problem, minlength }: FieldProps) {
  const note = problem ?? hint;
  return (
    <label>
      {label}
      <input
        name={name}
        autocomplete={autocomplete}
        required
        {...typeAttribute(type)}
        {...(minlength !== undefined && { minlength })}
        {...(problem && { 'aria-invalid': true })}
        {...(note && { 'aria-describedby': `${name}-note` })}
      />
      {note && <small id={`${name}-note`}>{note}</small>}
    </label>
  );
}

/** Preact's types want one literal for the type; each of ours takes the same attributes. */
function typeAttribute(type: FieldProps['type']): object {
  return { type };
}
