import { Field, Form } from './form.js';
import { useTexts } from './frame.js';

export interface PhoneStepProps {
  /** Takes `phone_number`. */
  addAction: string;
  /** Takes `phone_number` and `verification_code`. */
  verifyAction: string;
  /** The number that waits for its code. */
  pending: string | undefined;
  /** A number that was refused, to be corrected. */
  typed?: string | undefined;
}

/** A phone number, then the code that was sent to it. */
export function PhoneStep({ addAction, verifyAction, pending, typed }: PhoneStepProps) {
  const { phone } = useTexts().application;
  if (pending === undefined) return <PhoneForm action={addAction} submit={phone.send} typed={typed} />;
  return (
    <>
      <p>{phone.sent(<strong>{pending}</strong>)}</p>
      <Form action={verifyAction} submit={phone.verify}>
        <input type="hidden" name="phone_number" value={pending} />
        <Field
          name="verification_code"
          label={phone.code}
          type="text"
          autocomplete="one-time-code"
          inputmode="numeric"
        />
      </Form>
      <details open={typed !== undefined}>
        <summary>{phone.another}</summary>
        <PhoneForm action={addAction} submit={phone.sendNew} typed={typed} />
      </details>
    </>
  );
}

function PhoneForm({ action, submit, typed }: { action: string; submit: string; typed?: string | undefined }) {
  const { phone } = useTexts().application;
  return (
    <Form action={action} submit={submit}>
      <Field
        name="phone_number"
        label={phone.number}
        type="tel"
        autocomplete="tel"
        hint={phone.numberHint}
        value={typed}
      />
    </Form>
  );
}
