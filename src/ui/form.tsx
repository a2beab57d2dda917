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
  type: 'text' | 'email' | 'password' | 'tel';
  autocomplete: string;
  hint?: string;
  /** What is wrong with it; shown below and told to screen readers. */
  problem?: string | undefined;
  minlength?: number;
  /** Filled in when the page opens. */
  value?: string;
  /** Which keyboard a phone shows. */
  inputmode?: 'numeric';
}

/** A labelled input with its hint or problem. */
export function Field({ name, label, type, autocomplete, hint, problem, ...attributes }: FieldProps) {
  const note = problem ?? hint;
  return (
    <label>
      {label}
      <input
        name={name}
        autocomplete={autocomplete}
        required
        {...typeAttribute(type)}
        {...attributes}
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
