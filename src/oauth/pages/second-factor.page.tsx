import { useTexts } from '../../ui/frame.js';
import { Notice } from '../../ui/notice.js';
import { PASSKEY_SCRIPT, PasskeyWay } from '../../ui/passkey-form.js';
import { type Carried, SecondFactorForms } from '../../ui/sign-in-forms.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface SecondFactorProps extends InteractionFrame {
  carried: Carried;
  problem?: string | undefined;
}

export function SecondFactorPage({ carried, problem, ...frame }: SecondFactorProps) {
  const { signIn, security } = useTexts();
  const action = `${frame.action}/second-factor`;
  return (
    <InteractionLayout frame={frame} title={signIn.secondFactor.title} scripts={[PASSKEY_SCRIPT]}>
      {problem && <Notice kind="problem">{problem}</Notice>}
      <SecondFactorForms action={action} carried={carried} />
      {carried.offer_passkey && (
        <PasskeyWay action={`${action}/passkey`} submit={security.passkeyForm.secondFactor} carried={carried} />
      )}
    </InteractionLayout>
  );
}
