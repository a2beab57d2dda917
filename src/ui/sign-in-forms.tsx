import { Checkbox, Field, Form } from './form.js';
import { useTexts } from './frame.js';

/** Hidden fields that come back with the form. */
export type Carried = Readonly<Record<string, string | undefined>>;

export function Hidden({ carried = {} }: { carried?: Carried | undefined }) {
  return (
    <>
      {Object.entries(carried).map(([name, value]) =>
        value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
      )}
    </>
  );
}

/** The password step, alike on the sign-in page and within an authorization request. */
export function SignInForm(props: { action: string; email: string; carried?: Carried }) {
  const { signIn } = useTexts();
  return (
    <Form action={props.action} submit={signIn.submit}>
      <Hidden carried={props.carried} />
      <Field name="email" label={signIn.email} type="email" autocomplete="username" value={props.email} />
      <Field name="password" label={signIn.password} type="password" autocomplete="current-password" />
      <Checkbox name="remember" label={signIn.remember} />
    </Form>
  );
}

/** The second step: a code of the authenticator or a recovery code. */
export function SecondFactorForms({ action, carried }: { action: string; carried: Carried }) {
  const { secondFactor } = useTexts().signIn;
  return (
    <>
      <Form action={action} submit={secondFactor.submit}>
        <Hidden carried={carried} />
        <Field name="otp_code" label={secondFactor.code} type="text" autocomplete="one-time-code" inputmode="numeric" />
      </Form>
      <details>
        <summary>{secondFactor.recovery}</summary>
        <Form action={action} submit={secondFactor.recoverySubmit}>
          <Hidden carried={carried} />
          <Field name="recovery_code" label={secondFactor.recoveryCode} type="text" autocomplete="off" />
        </Form>
      </details>
    </>
  );
}

/** Where somebody chooses a password. */
export function NewPasswordField({ name = 'password', label, problem }: NewPasswordProps) {
  const { passwordHint: hint } = useTexts().signIn;
  const rules = { autocomplete: 'new-password', hint, problem, minlength: 8 };
  return <Field name={name} label={label} type="password" {...rules} />;
}

interface NewPasswordProps {
  name?: string;
  label: string;
  problem?: string | undefined;
}

/** A new account: address and password. */
export function SignUpForm({ action, email = '', carried }: { action: string; email?: string; carried?: Carried }) {
  const { signIn } = useTexts();
  return (
    <Form action={action} submit={signIn.signUp.submit}>
      <Hidden carried={carried} />
      <Field name="email" label={signIn.email} type="email" autocomplete="username" value={email} />
      <NewPasswordField label={signIn.password} />
    </Form>
  );
}
