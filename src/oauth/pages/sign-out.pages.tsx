import { useFrame, useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { ProviderForm } from './provider-form.js';

export function SignOutPage({ form }: { form: string }) {
  const { brand, texts } = useFrame();
  const { signOut } = texts.application;
  return (
    <Layout title={signOut.title}>
      <h1>{signOut.title}</h1>
      <p>{signOut.lead(brand.name)}</p>
      <ProviderForm markup={form} />
      <div class="actions">
        <button type="submit" form="op.logoutForm" name="logout" value="yes">
          {signOut.yes}
        </button>
        <button type="submit" form="op.logoutForm" class="secondary">
          {signOut.no}
        </button>
      </div>
    </Layout>
  );
}

export function SignedOutPage() {
  const texts = useTexts();
  return (
    <Layout title={texts.application.signOut.done}>
      <h1>{texts.application.signOut.done}</h1>
      <Notice kind="success">{texts.signIn.signedOut}</Notice>
    </Layout>
  );
}

/** One step further, by a script or a click. */
export function GoOnPage({ form }: { form: string }) {
  const { signOut, device } = useTexts().application;
  return (
    <Layout title={signOut.goOn} scripts={['go-on.js']}>
      <h1>{signOut.goOn}</h1>
      <p>{signOut.goOnLead}</p>
      <ProviderForm markup={form.replace('<form ', '<form id="go-on" ')} />
      <button type="submit" form="go-on">
        {device.submit}
      </button>
    </Layout>
  );
}

export function ProviderErrorPage({ code, description }: { code: string; description: string | undefined }) {
  const { error } = useTexts().application;
  return (
    <Layout title={error.title}>
      <h1>{error.title}</h1>
      <Notice kind="problem">{description ?? code}</Notice>
      <p>{error.lead}</p>
      <p>
        <code>{code}</code>
      </p>
    </Layout>
  );
}
