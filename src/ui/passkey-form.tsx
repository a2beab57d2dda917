import type { ComponentChildren } from 'preact';
import { useTexts } from './frame.js';
import { FormToken } from './layout.js';
import { type Carried, Hidden } from './sign-in-forms.js';

/** Pages with such a form hand this to Layout. */
export const PASSKEY_SCRIPT = 'passkeys.js';

export interface PasskeyFormProps {
  /** Whether the browser makes a passkey or uses one. */
  ceremony: 'create' | 'get';
  /** Takes `passkey`, the browser's answer. */
  action: string;
  /** Says what the browser is told; gets the form's other fields. */
  options: string;
  submit: string;
  /** Where another way is the usual one. */
  isQuiet?: boolean;
  carried?: Carried;
  children?: ComponentChildren;
}

/** A form that the browser fills in with a passkey. Only public/passkeys.js can show it; until then it is hidden, and so are its problems. */
export function PasskeyForm({ ceremony, action, options, submit, isQuiet, carried, children }: PasskeyFormProps) {
  const { passkeyForm } = useTexts().security;
  return (
    <form method="post" action={action} data-passkey={ceremony} data-options={options} hidden>
      <FormToken />
      <Hidden carried={carried} />
      <input type="hidden" name="passkey" value="" />
      {children}
      <p class="problem notice" data-problem="failed" hidden>
        {passkeyForm.failed}
      </p>
      <p class="problem notice" data-problem="taken" hidden>
        {passkeyForm.taken}
      </p>
      <button type="submit" class={isQuiet ? 'secondary' : undefined}>
        {submit}
      </button>
    </form>
  );
}

/** Signing in with a passkey, or using one as second factor, below the form for what people type. */
export function PasskeyWay({ action, submit, carried }: { action: string; submit: string; carried: Carried }) {
  const { passkeyForm } = useTexts().security;
  return (
    <PasskeyForm ceremony="get" action={action} options={`${action}/options`} submit={submit} carried={carried} isQuiet>
      <p class="or">{passkeyForm.or}</p>
    </PasskeyForm>
  );
}
