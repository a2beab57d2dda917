import { Field, Form } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface SignUpProps extends InteractionFrame {
  done?: boolean;
  problem?: string;
}

export function signUpPage(props: SignUpProps) {
  return (
    <InteractionLayout frame={props} title="Create an account">
      {props.problem && <Notice kind="problem">{props.problem}</Notice>}
      {props.done ? (
        <>
          <Notice kind="success">We have sent you a mail. Follow its link to confirm your address.</Notice>
          <p>
            <a href={`${props.action}/sign-in`} role="button">
              I have confirmed, sign in
            </a>
          </p>
        </>
      ) : (
        <>
          <Form action={`${props.action}/sign-up`} submit="Create account">
            <Field name="email" label="E-mail address" type="email" autocomplete="username" />
            <Field
              name="password"
              label="Password"
              type="password"
              autocomplete="new-password"
              hint="8 to 128 characters. Three or four random words are good."
              minlength={8}
            />
          </Form>
          <p class="links">
            <a href={`${props.action}/sign-in`}>I have an account already</a>
          </p>
        </>
      )}
    </InteractionLayout>
  );
}
