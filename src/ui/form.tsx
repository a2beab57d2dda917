import type { ComponentChildren } from 'preact';
import { FormToken } from './layout.js';

export interface FormProps {
  /** Path on this server. */
  action: string;
  submit: string;
  /** `danger` for what cannot be undone, `quiet` where another way is the usual one. */
  tone?: 'danger' | 'quiet';
  children?: ComponentChildren;
}

const TONES = { danger: 'danger', quiet: 'secondary' };

/** A form that posts to ourselves; which page may post is checked by `SameOrigin` and the form's token. */
export function Form({ action, submit, tone, children }: FormProps) {
  return (
    <form method="post" action={action}>
      <FormToken />
      {children}
      <button type="submit" {...(tone && { class: TONES[tone] })}>
        {submit}
      </button>
    </form>
  );
}

export interface FieldProps {
  name: string;
  label: string;
  type: 'text' | 'email' | 'password' | 'tel' | 'date' | 'search' | 'url' | 'number' | 'color';
  autocomplete: string;
  hint?: string;
  /** What is wrong with it; shown below and told to screen readers. */
  problem?: string | undefined;
  minlength?: number;
  maxlength?: number;
  /** Filled in when the page opens. */
  value?: string | undefined;
  /** Which keyboard a phone shows. */
  inputmode?: 'numeric';
  /** Every field is required unless it says otherwise. */
  required?: boolean;
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

/** A box to tick. */
export function Checkbox({ name, label, checked = false }: { name: string; label: string; checked?: boolean }) {
  return (
    <label class="checkbox">
      <input type="checkbox" name={name} value="1" checked={checked} />
      {label}
    </label>
  );
}

export interface SelectProps {
  name: string;
  label: string;
  /** What is sent, and what is read. */
  options: readonly (readonly [value: string, text: string])[];
  value?: string | undefined;
  autocomplete?: string;
  problem?: string | undefined;
  /** Every choice is required unless it says otherwise. */
  required?: boolean;
}

/** One of a few. */
export function Select({ name, label, options, value, problem, autocomplete, required = true }: SelectProps) {
  return (
    <label>
      {label}
      <select
        name={name}
        required={required}
        {...(autocomplete && { autocomplete })}
        {...(problem && { 'aria-invalid': true, 'aria-describedby': `${name}-note` })}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === (value ?? '')}>
            {text}
          </option>
        ))}
      </select>
      {problem && <small id={`${name}-note`}>{problem}</small>}
    </label>
  );
}
