import { Field, Form } from '../../../../ui/form.js';
import { useTexts } from '../../../../ui/frame.js';
import { Notice } from '../../../../ui/notice.js';
import { AccountLayout } from '../../pages/account-layout.js';

/** What both factors are asked for. */
export type FactorChange = 'off' | 'codes';

const ACTIONS: Record<FactorChange, string> = {
  off: '/account/security/two-factor/off',
  codes: '/account/security/recovery-codes',
};

export function FactorChangePage({ change, problem }: { change: FactorChange; problem?: string }) {
  const { twoFactor } = useTexts().security;
  const { title, lead, submit } = change === 'off' ? twoFactor.turnOffPage : twoFactor.newCodesPage;
  return (
    <AccountLayout page="security" title={title} lead={lead}>
      {problem && <Notice kind="problem">{problem}</Notice>}
      <section class="card" aria-label={title}>
        <Form action={ACTIONS[change]} submit={submit} {...(change === 'off' && { tone: 'danger' as const })}>
          <Field name="password" label={twoFactor.currentPassword} type="password" autocomplete="current-password" />
          <Field name="code" label={twoFactor.code} type="text" autocomplete="one-time-code" />
        </Form>
      </section>
    </AccountLayout>
  );
}
