import { useTexts } from '../../../../ui/frame.js';
import { Notice } from '../../../../ui/notice.js';
import { AccountLayout } from '../../pages/account-layout.js';

/** Shown once. @param isNew whether the second factor was turned on just now */
export function RecoveryCodesPage({ codes, isNew = false }: { codes: readonly string[]; isNew?: boolean }) {
  const { codes: texts } = useTexts().security.twoFactor;
  return (
    <AccountLayout page="security" title={texts.title} scripts={['copy.js']}>
      <Notice kind="success">{isNew ? texts.turnedOn : texts.replaced}</Notice>
      <section class="card" aria-label={texts.title}>
        <p>{texts.lead}</p>
        <ul class="codes" id="codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <p class="actions">
          <button type="button" class="outline" data-copy="#codes" data-done={texts.copied} hidden>
            {texts.copy}
          </button>
          <button type="button" class="outline" data-print hidden>
            {texts.print}
          </button>
          <a href="/account/security" role="button">
            {texts.go}
          </a>
        </p>
        <p class="visually-hidden" role="status" data-status />
      </section>
    </AccountLayout>
  );
}
