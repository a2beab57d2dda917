import { Field, Form } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export type LevelStep = { kind: 'phone'; pending: string | undefined } | { kind: 'identity' };

export interface LevelProps extends InteractionFrame {
  level: number;
  wanted: number;
  step: LevelStep;
  problem?: string | undefined;
}

const STEPS = ['E-mail address confirmed', 'Phone number verified', 'Identity approved'];

export function levelPage(props: LevelProps) {
  const { action, level, wanted, step, problem } = props;
  return (
    <InteractionLayout frame={props} title="One more step">
      <p>{props.application} works with accounts that have done these steps:</p>
      <ol class="steps">
        {STEPS.slice(0, wanted).map((text, index) => (
          <li key={text} class={index < level ? 'done' : 'open'}>
            {text}
            {index < level && <span class="visually-hidden"> (done)</span>}
          </li>
        ))}
      </ol>
      {problem && <Notice kind="problem">{problem}</Notice>}
      {step.kind === 'phone' && <PhoneStep action={action} pending={step.pending} />}
      {step.kind === 'identity' && (
        <Notice kind="problem">
          Your identity has not been approved yet. Send your profile and a document first; you hear from us by mail.
        </Notice>
      )}
    </InteractionLayout>
  );
}

function PhoneStep({ action, pending }: { action: string; pending: string | undefined }) {
  if (pending === undefined) return <PhoneForm action={action} submit="Send me a code" />;
  return (
    <>
      <p>
        We have sent a code to <strong>{pending}</strong>. It is good for 10 minutes.
      </p>
      <Form action={`${action}/level/phone/verify`} submit="Verify">
        <input type="hidden" name="phone_number" value={pending} />
        <Field name="verification_code" label="Code" type="text" autocomplete="one-time-code" inputmode="numeric" />
      </Form>
      <details>
        <summary>Another number, or no message arrived</summary>
        <PhoneForm action={action} submit="Send a new code" />
      </details>
    </>
  );
}

function PhoneForm({ action, submit }: { action: string; submit: string }) {
  return (
    <Form action={`${action}/level/phone`} submit={submit}>
      <Field
        name="phone_number"
        label="Phone number"
        type="tel"
        autocomplete="tel"
        hint="With country code, such as +44 7911 123456."
      />
    </Form>
  );
}
