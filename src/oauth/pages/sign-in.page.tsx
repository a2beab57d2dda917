import { Field, Form } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface SignInProps extends InteractionFrame {
  email: string;
  problem?: string | undefined;
}

export function signInPage(props: SignInProps) {
  const back = encodeURIComponent(props.action);
  return (
    <InteractionLayout frame={props} title="Sign in">
      {props.problem && <Notice kind="problem">{props.problem}</Notice>}
      <Form action={`${props.action}/sign-in`} submit="Sign in">
        <Field name="email" label="E-mail address" type="email" autocomplete="username" value={props.email} />
        <Field name="password" label="Password" type="password" autocomplete="current-password" />
      </Form>
      <p class="links">
        <a href={`${props.action}/sign-up`}>Create an account</a>
        <a href={`/forgot-password?return_to=${back}`}>Forgot your password?</a>
      </p>
    </InteractionLayout>
  );
}
