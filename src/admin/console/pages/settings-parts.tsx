import type { ComponentChildren } from 'preact';
import { useTexts } from '../../../ui/frame.js';

export interface TextAreaProps {
  name: string;
  label: string;
  value: string;
  rows: number;
  hint?: string;
  problem?: string | undefined;
}

/** Several lines, such as addresses. */
export function TextArea({ name, label, value, rows, hint, problem }: TextAreaProps) {
  const note = problem ?? hint;
  return (
    <label>
      {label}
      <textarea
        name={name}
        rows={rows}
        autocomplete="off"
        spellcheck={false}
        {...(problem && { 'aria-invalid': true })}
        {...(note && { 'aria-describedby': `${name}-note` })}
      >
        {value}
      </textarea>
      {note && <small id={`${name}-note`}>{note}</small>}
    </label>
  );
}

/** Parts of a form that belong together, under a headline of their own. */
export function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

export interface ChoicesProps {
  name: string;
  label: string;
  options: readonly { value: string; text: ComponentChildren }[];
  chosen: readonly string[];
  problem?: string | undefined;
}

/** As many of a few as one likes. */
export function Choices({ name, label, options, chosen, problem }: ChoicesProps) {
  return (
    <fieldset class="choices" {...(problem && { 'aria-describedby': `${name}-note` })}>
      <legend>{label}</legend>
      {options.map(({ value, text }) => (
        <label key={value} class="checkbox">
          <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
          <span>{text}</span>
        </label>
      ))}
      {problem && (
        <small id={`${name}-note`} class="wrong">
          {problem}
        </small>
      )}
    </fieldset>
  );
}

/** Text to be taken along as it is, with a button that copies it where scripts run. */
export function Copyable({ id, text }: { id: string; text: string }) {
  const { copy, copied } = useTexts().consoleSettings;
  return (
    <div class="copyable">
      <pre id={id} tabindex={0}>
        {text}
      </pre>
      <button type="button" class="copy secondary" data-copy={`#${id}`} data-done={copied} hidden>
        {copy}
      </button>
      <span class="visually-hidden" role="status" data-status />
    </div>
  );
}

/** What will happen, in words, before somebody does it. */
export function Consequences({ items }: { items: readonly string[] }) {
  return (
    <ul class="consequences">
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

/** Links to what can be done here. */
export function Links({ links }: { links: readonly (readonly [href: string, text: string])[] }) {
  return (
    <p class="page-links">
      {links.map(([href, text]) => (
        <a key={href} href={href} role="button" class="secondary">
          {text}
        </a>
      ))}
    </p>
  );
}
