import { Field, Form } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface SecondFactorProps extends InteractionFrame {
  challenge: string;
  problem?: string | undefined;
}

export function secondFactorPage(props: SecondFactorProps) {
  return (
    <InteractionLayout frame={props} title="Second step">
      {props.problem && <Notice kind="problem">{props.problem}</Notice>}
      <Form action={`${props.action}/second-factor`} submit="Continue">
        <input type="hidden" name="challenge" value={props.challenge} />
        <Field
          name="otp_code"
          label="Code of your authenticator app"
          type="text"
          autocomplete="one-time-code"
          inputmode="numeric"
        />
      </Form>
      <details>
        <summary>Use a recovery code instead</summary>
        <Form action={`${props.action}/second-factor`} submit="Continue with a recovery code">
          <input type="hidden" name="challenge" value={props.challenge} />
          <Field name="recovery_code" label="Recovery code" type="text" autocomplete="off" />
        </Form>
      </details>
    </InteractionLayout>
  );
}
